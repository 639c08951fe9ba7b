import type { ResourceType } from '../resourceType.ts';
import { eventsApiDestination, eventsConnection } from './apiDestination.ts';
import { alarm, dashboard } from './cloudWatch.ts';
import { eventsRule } from './eventsRule.ts';
import { iamInstanceProfile } from './iamInstanceProfile.ts';
import { iamManagedPolicy } from './iamManagedPolicy.ts';
import { iamPolicy } from './iamPolicy.ts';
import { iamRole } from './iamRole.ts';
import { kmsKey } from './kmsKey.ts';
import { lambdaFunction } from './lambdaFunction.ts';
import { logGroup } from './logGroup.ts';
import { s3Bucket } from './s3Bucket.ts';
import { s3BucketPolicy } from './s3BucketPolicy.ts';
import { ssmDocument } from './ssmDocument.ts';
import { schedule, scheduleGroup } from './scheduler.ts';
import { snsSubscription, snsTopic, snsTopicPolicy } from './snsTopic.ts';
import { sqsQueue, sqsQueuePolicy } from './sqsQueue.ts';
import { stateMachine } from './stateMachine.ts';

/** What a template may hold; any other type is refused by name. */
export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    alarm,
    dashboard,
    eventsApiDestination,
    eventsConnection,
    eventsRule,
    iamInstanceProfile,
    iamManagedPolicy,
    iamPolicy,
    iamRole,
    kmsKey,
    lambdaFunction,
    logGroup,
    s3Bucket,
    s3BucketPolicy,
    schedule,
    scheduleGroup,
    snsSubscription,
    snsTopic,
    snsTopicPolicy,
    sqsQueue,
    sqsQueuePolicy,
    ssmDocument,
    stateMachine,
  ].map((each) => [each.type, each]),
);
