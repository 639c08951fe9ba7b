import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type DISPATCH_STEPS, STATE_MACHINE } from '../contract/names.ts';
import { keyUse } from './policies/keys.ts';
import { objects } from './policies/objects.ts';
import { anyStateMachine, stateMachine, writeMapResults } from './policies/stateMachine.ts';
import { HUB_PATH } from './steps.ts';
import { workflow } from './workflow.ts';

/** What the item readers of its two maps read. */
const READS = [objects.groups, objects.wave];

export interface DispatchMachineProps {
  /** The steps' functions. */
  readonly functions: Readonly<Record<(typeof DISPATCH_STEPS)[number], lambda.IFunction>>;
  /** The results bucket; in the Region of the machine. */
  readonly results: s3.IBucket;
}

/** The state machine and its role. */
export class DispatchMachine extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: DispatchMachineProps) {
    super(scope, id);
    const { functions, results } = props;
    const statements = [
      ...stateMachine(STATE_MACHINE, Object.values(functions), results, READS),
      writeMapResults(results),
    ];
    const role = new iam.Role(this, 'Role', {
      // Not STATE_MACHINE: a hub that is its own spoke has a role of that name, and names know no paths.
      roleName: 'fleetwide-state-machine',
      path: HUB_PATH,
      // As Step Functions Developer Guide, "Prevent cross-service confused deputy issue", has it: a map's
      // children run under an ARN of their own below the state machine's.
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': anyStateMachine },
        },
      }),
      inlinePolicies: {
        'state-machine': new iam.PolicyDocument({
          statements: [...statements, ...keyUse(statements, results)],
        }),
      },
    });
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      stateMachineName: STATE_MACHINE,
      stateMachineType: sfn.StateMachineType.STANDARD,
      queryLanguage: sfn.QueryLanguage.JSONATA,
      // What it may do stands in its policy file; no construct adds to it.
      role: role.withoutPolicyUpdates(),
      definitionBody: sfn.DefinitionBody.fromChainable(workflow(this, { functions, results })),
    });
  }
}
