import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { DOCTOR_MACHINE } from '../contract/names.ts';
import { doctorMachine } from './policies/doctorMachine.ts';
import { anyStateMachine } from './policies/stateMachine.ts';
import { LAMBDA_TROUBLE, NAMED_ERRORS_ARE_FINAL } from './retries.ts';
import { HUB_PATH } from './steps.ts';

/** One state around the function: who may start it needs no permission of Lambda's, and every look is on record. */
export class DoctorMachine extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, doctor: lambda.IFunction) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', {
      roleName: 'fleetwide-doctor-machine',
      path: HUB_PATH,
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': anyStateMachine },
        },
      }),
      inlinePolicies: {
        'doctor-machine': new iam.PolicyDocument({ statements: [doctorMachine(doctor)] }),
      },
    });
    const look = LambdaInvoke.jsonata(this, 'Look', {
      lambdaFunction: doctor,
      outputs: '{% $states.result.Payload %}',
      retryOnServiceExceptions: false,
    });
    for (const policy of [NAMED_ERRORS_ARE_FINAL, LAMBDA_TROUBLE]) look.addRetry(policy);
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      stateMachineName: DOCTOR_MACHINE,
      stateMachineType: sfn.StateMachineType.STANDARD,
      queryLanguage: sfn.QueryLanguage.JSONATA,
      // What it may do stands in its policy file; no construct adds to it.
      role: role.withoutPolicyUpdates(),
      definitionBody: sfn.DefinitionBody.fromChainable(look),
    });
  }
}
