import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { SCHEDULE_GROUP } from '../../contract/names.ts';
import { allow } from './statement.ts';

/** The group, as Scheduler names itself to the role (User Guide, "Confused deputy prevention"). */
export const groupArn = `arn:${Aws.PARTITION}:scheduler:${Aws.REGION}:${Aws.ACCOUNT_ID}:schedule-group/${SCHEDULE_GROUP}`;

/** What a schedule may do, whoever made it. */
export const scheduler = (machineArn: string, queueArn: string): readonly iam.PolicyStatement[] => [
  // Start a dispatch, which is all that a schedule is for.
  allow('StartDispatch', ['states:StartExecution'], [machineArn]),
  // Leave what could not be started where people find it.
  allow('LeaveDeadLetters', ['sqs:SendMessage'], [queueArn]),
];
