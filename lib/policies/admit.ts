import { Aws } from 'aws-cdk-lib';
import { artifactKey, exchangeBucketName } from '../../contract/names.ts';
import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { allow, readWrite, type StepPolicy, write } from './statement.ts';

export const admit: StepPolicy = (results) => [
  // The plan that is to run may not be there: that is told as what it is.
  tellMissingKeys(results),
  // Put once, on condition that it is not there; read to tell a retry from another start of that name.
  readWrite('KeepRequest', results, objects.request),
  // What Discover's map reads, and what each of its children works on.
  write('WriteGroups', results, objects.groups, objects.group),
  // The script of a dispatch into each Region's exchange bucket, on condition that it is not there.
  allow(
    'StageArtifacts',
    ['s3:PutObject'],
    [
      `arn:${Aws.PARTITION}:s3:::${exchangeBucketName(Aws.ACCOUNT_ID, '*')}/${artifactKey('*', '*')}`,
    ],
  ),
];
