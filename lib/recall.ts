import { Aws, Duration } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RECALL_MACHINE, RECALL_RULE } from '../contract/names.ts';
import { objects } from './policies/objects.ts';
import { ruleArn, startRecall } from './policies/recall.ts';
import { anyStateMachine, stateMachine } from './policies/stateMachine.ts';
import { type RecallWorkflowProps, recallWorkflow } from './recallWorkflow.ts';
import { HUB_PATH } from './steps.ts';

export interface RecallProps extends RecallWorkflowProps {
  /** ARN of the dispatch machine, whose executions it follows. */
  readonly dispatch: string;
}

/** What ends a dispatch other than by itself: the machine that recalls it, and the rule that starts that. */
export class Recall extends Construct {
  readonly rule: CfnRule;

  constructor(scope: Construct, id: string, { functions, results, dispatch }: RecallProps) {
    super(scope, id);
    const machine = new sfn.StateMachine(this, 'StateMachine', {
      stateMachineName: RECALL_MACHINE,
      stateMachineType: sfn.StateMachineType.STANDARD,
      queryLanguage: sfn.QueryLanguage.JSONATA,
      // What it may do stands in its policy file; no construct adds to it.
      role: machineRole(this, functions, results).withoutPolicyUpdates(),
      definitionBody: sfn.DefinitionBody.fromChainable(
        recallWorkflow(this, { functions, results }),
      ),
    });
    const starter = new iam.Role(this, 'Starter', {
      roleName: 'fleetwide-recall-starter',
      path: HUB_PATH,
      // EventBridge User Guide, "Cross-service confused deputy prevention".
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': ruleArn(RECALL_RULE) },
        },
      }),
      inlinePolicies: {
        'start-recall': new iam.PolicyDocument({ statements: [startRecall()] }),
      },
    });
    this.rule = new CfnRule(this, 'Rule', {
      name: RECALL_RULE,
      description: 'Fleetwide: recalls a dispatch that was stopped, timed out or failed',
      state: 'ENABLED',
      // FAILED also for a dispatch that came to its own end, with nodes that did not succeed: Revoke finds
      // its report and changes nothing. The event's documented fields do not tell the two apart.
      eventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [dispatch], status: ['ABORTED', 'TIMED_OUT', 'FAILED'] },
      },
      targets: [
        {
          id: 'recall',
          arn: machine.stateMachineArn,
          roleArn: starter.roleArn,
          inputTransformer: {
            inputPathsMap: { name: '$.detail.name', status: '$.detail.status' },
            inputTemplate: '{"dispatch": <name>, "status": <status>}',
          },
          retryPolicy: {
            maximumEventAgeInSeconds: Duration.hours(24).toSeconds(),
            maximumRetryAttempts: 185,
          },
        },
      ],
    });
  }
}

const machineRole = (
  scope: Construct,
  functions: RecallWorkflowProps['functions'],
  results: s3.IBucket,
): iam.Role =>
  new iam.Role(scope, 'Role', {
    roleName: 'fleetwide-recall-machine',
    path: HUB_PATH,
    // As the dispatch machine's.
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': anyStateMachine },
      },
    }),
    inlinePolicies: {
      'state-machine': new iam.PolicyDocument({
        statements: [
          ...stateMachine(RECALL_MACHINE, Object.values(functions), results, [objects.claims]),
        ],
      }),
    },
  });
