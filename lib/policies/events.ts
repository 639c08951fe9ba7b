import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { EVENT_SOURCE } from '../../contract/events.ts';
import { allow } from './statement.ts';

/** How a dispatch goes, on the account's default bus, and in no other's name. */
export const tellEvents = (): iam.PolicyStatement =>
  allow(
    'TellEvents',
    ['events:PutEvents'],
    [`arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/default`],
    { StringEquals: { 'events:source': EVENT_SOURCE } },
  );
