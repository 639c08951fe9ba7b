import { Aws } from 'aws-cdk-lib';
import { STATE_MACHINE } from '../../contract/names.ts';
import { stageArtifacts } from './artifacts.ts';
import { tellEvents } from './events.ts';
import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { readOrganization } from './organization.ts';
import { allow, read, readWrite, type StepPolicy, write } from './statement.ts';

export const admit: StepPolicy = (results, { organizationId, sources }) => [
  // Put once, on condition that it is not there; read to tell a retry from another start of that name.
  readWrite('KeepRequest', results, objects.request),
  // A schedule's deliveries: which dispatch has it, put on condition; whose turn it is; what was dropped.
  readWrite('KeepTurns', results, objects.deliveries, objects.lease),
  // The delivery that was dropped, and for whom.
  write('WriteDropped', results, objects.dropped),
  // Whether the dispatch before has ended, as its execution says.
  allow(
    'LookAtTheOneBefore',
    ['states:DescribeExecution'],
    [`arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:${STATE_MACHINE}:*`],
  ),
  // Whether one that broke off had a plan: then its report tells its end, which the next statement reads.
  read('ReadPlanBefore', results, objects.plan),
  // The lists that a request may name, and how a former dispatch ended whose nodes it asks for.
  read('ReadTargets', results, objects.accountLists, objects.report),
  // A list, a former dispatch, the plan that is to run or a schedule's turn may not be there: that is told as
  // what it is.
  tellMissingKeys(results),
  // Which start came first with a key: put once, on condition that it is not there.
  readWrite('KeepFirstStart', results, objects.dedupe),
  // That a start was dropped, and for which one.
  write('TellDropped', results, objects.droppedStart),
  tellEvents(),
  // What Discover's map reads, what each of its children works on, and what the selectors came to.
  write('WriteGroups', results, objects.groups, objects.group, objects.accounts),
  // The scripts and files that the command line uploads, and those of the buckets that are named for it: read
  // to know their hash, then copied.
  read('ReadUploads', results, objects.upload),
  ...(sources.length === 0
    ? []
    : [
        allow(
          'ReadSources',
          ['s3:GetObject'],
          sources.map((source) => arn(source.includes('/') ? `${source}*` : `${source}/*`)),
        ),
        // Who may list a bucket is told that an object is missing, and not that it is denied.
        allow(
          'TellMissingSources',
          ['s3:ListBucket'],
          [...new Set(sources.map((source) => arn(source.replace(/\/.*$/, ''))))],
        ),
      ]),
  stageArtifacts(),
  ...(organizationId ? readOrganization(organizationId) : []),
];

const arn = (what: string) => `arn:${Aws.PARTITION}:s3:::${what}`;
