import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { RECALL_MACHINE } from '../../contract/names.ts';
import { allow } from './statement.ts';

/** The rule's own role. */
export const startRecall = (): iam.PolicyStatement =>
  // The rule starts recalls, and nothing else.
  allow(
    'StartRecall',
    ['states:StartExecution'],
    [`arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:${RECALL_MACHINE}`],
  );

/** What the rule's role asks of aws:SourceArn: for targets of an event bus it is the rule's ARN. */
export const ruleArn = (name: string): string =>
  `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${name}`;
