import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { allow } from './statement.ts';

/** A function writes into its own log group; the stack has created it, so CreateLogGroup is not needed. */
export const writeLog = (group: logs.ILogGroup): iam.PolicyStatement =>
  allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [group.logGroupArn]);
