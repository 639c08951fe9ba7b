import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { objects } from './objects.ts';
import { allow, read } from './statement.ts';

/** ARN of something of Step Functions in this account and Region. */
export const states = (resource: string) =>
  `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;

/** State machines of this account and Region: what the role's trust policy asks of aws:SourceArn. */
export const anyStateMachine = states('stateMachine:*');

/**
 * Source of the map's own needs: Step Functions Developer Guide, "IAM policies for using Distributed Map
 * states"; they equal what the CDK would add by itself.
 *
 * @param items what the item readers of its maps read
 */
export const stateMachine = (
  name: string,
  functions: readonly lambda.IFunction[],
  results: s3.IBucket,
  items: readonly string[],
): readonly iam.PolicyStatement[] => [
  // Its steps, and no other function.
  allow(
    'InvokeSteps',
    ['lambda:InvokeFunction'],
    functions.map((each) => each.functionArn),
  ),
  // The item readers of its maps.
  read('ReadItems', results, ...items),
  // A child of a Distributed Map is an execution of the same state machine.
  allow('StartChildren', ['states:StartExecution'], [states(`stateMachine:${name}`)]),
  // Waiting for the children of a map, and ending them when the execution is stopped.
  allow(
    'FollowChildren',
    ['states:DescribeExecution', 'states:StopExecution'],
    [states(`execution:${name}:*`)],
  ),
  // Redriving a dispatch redrives the children that failed; theirs is the ARN with the map's label.
  allow('RedriveChildren', ['states:RedriveExecution'], [states(`execution:${name}/*:*`)]),
];

/** Only where a map writes its results. */
export const writeMapResults = (results: s3.IBucket): iam.PolicyStatement =>
  // The result writer of a map: large files go up in parts, and are looked at again to merge them.
  allow(
    'WriteMapResults',
    ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
    [results.arnForObjects(objects.mapRun)],
  );
