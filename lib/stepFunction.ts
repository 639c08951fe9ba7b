import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import { functionName, type Step } from '../contract/names.ts';
import { spokesOf } from './policies/exchange.ts';
import { keyUse } from './policies/keys.ts';
import { writeLog } from './policies/logs.ts';
import { retention } from './retention.ts';
import { rolePath, steps } from './steps.ts';

export interface StepFunctionProps {
  readonly step: Step;
  readonly config: Config;
  readonly code: lambda.Code;
  readonly results: s3.IBucket;
}

/** A function with the house defaults: its log group, its role with its policy and nothing more. */
export class StepFunction extends Construct {
  readonly function: lambda.IFunction;

  constructor(scope: Construct, id: string, props: StepFunctionProps) {
    super(scope, id);
    const { step, config, code, results } = props;
    const { policy, entersSpokes, timeout, memory } = steps[step];
    const name = functionName(step);

    const logGroup = new logs.LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${name}`,
      retention: retention(config.logRetentionDays),
      // The dispatches' own record is in the results bucket; a group left behind under this name
      // would only stand in the way of the next installation.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const statements = policy(results, config);
    const role = new iam.Role(this, 'Role', {
      roleName: name,
      path: rolePath(step),
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        [step]: new iam.PolicyDocument({
          statements: [...statements, ...keyUse(statements, results), writeLog(logGroup)],
        }),
      },
    });
    this.function = new lambda.Function(this, 'Function', {
      functionName: name,
      description: `Fleetwide: ${step}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code,
      handler: 'index.handler',
      // What it may do stands in its policy file; no construct adds to it.
      role: role.withoutPolicyUpdates(),
      logGroup,
      timeout,
      memorySize: memory,
      environment: {
        RESULTS_BUCKET: results.bucketName,
        PARTITION: Aws.PARTITION,
        HUB_ACCOUNT: Aws.ACCOUNT_ID,
        POWERTOOLS_SERVICE_NAME: 'fleetwide',
        POWERTOOLS_LOG_LEVEL: 'INFO',
        ...(['admit', 'doctor'].includes(step) &&
          config.organizationId && { ORGANIZATION_ID: config.organizationId }),
        ...(['admit', 'discover', 'doctor'].includes(step) && {
          REGIONS: config.regions.join(','),
        }),
        ...(['admit', 'doctor'].includes(step) && { DOCUMENTS: config.documents.join(',') }),
        ...(step === 'admit' && {
          RUNBOOKS: config.runbooks.join(','),
          ROLES: config.roles.join(','),
          LOG_GROUPS: config.nodes.logGroups.join(','),
          ARTIFACT_READERS: spokesOf(config).by,
        }),
        ...(entersSpokes && { EXTERNAL_ID: config.externalId }),
        ...(step === 'send' && config.automationRole && { AUTOMATION_ROLE: config.automationRole }),
        ...(step === 'discover' && { NODE_TAGS: JSON.stringify(config.nodes.tags) }),
      },
    });
  }
}
