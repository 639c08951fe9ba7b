import type { SendCommandRequest, SendCommandResult } from '@aws-sdk/client-ssm';
import { AwsError, type Operation } from '../../core/operation.ts';
import { effectiveTimeout, type Job } from '../../fleet/index.ts';
import type { Command } from './command.ts';
import { placeOf, type SsmDeps } from './deps.ts';
import { type Found, sha256 } from './documents.ts';
import { resolveParameters } from './parameters.ts';
import { checkNamed, idsNamed, named, rulesOf, targeted } from './targets.ts';
import { VISIBLE_MS } from './timing.ts';
import {
  invalid,
  lengthWithin,
  matching,
  NODE_ID,
  numberWithin,
  onlyKnown,
  required,
} from './validation.ts';
import { showCommand } from './views.ts';

const KNOWN = [
  'InstanceIds',
  'Targets',
  'DocumentName',
  'DocumentVersion',
  'DocumentHash',
  'DocumentHashType',
  'TimeoutSeconds',
  'Comment',
  'Parameters',
  'MaxConcurrency',
  'MaxErrors',
  'OutputS3BucketName',
  'OutputS3KeyPrefix',
  // Deprecated: AWS finds the Region out and ignores it.
  'OutputS3Region',
  'CloudWatchOutputConfig',
];

const DEFAULTS = { timeoutSeconds: 3600, maxConcurrency: '50', maxErrors: '0' };

export const sendCommand =
  (deps: SsmDeps): Operation<SendCommandRequest, SendCommandResult> =>
  async (call, input) => {
    checkShape(input);
    const documentName = required('documentName', input.DocumentName);
    // Whether it exists is not told to those who may not send it.
    deps.authorize(call, {
      action: 'ssm:SendCommand',
      resource: deps.documents.arnOf(call, documentName),
      // Sharing is the owner's grant, and is looked at below: the caller's own policies decide the rest.
      resourceAccount: call.caller.account,
    });
    const document = deps.documents.find(call, documentName, input.DocumentVersion);
    checkHash(document, input);
    const resolved = resolveParameters(document, input.Parameters ?? {});
    const ids = input.InstanceIds ?? [];
    const rules = rulesOf(input.Targets ?? []);
    checkNamed(deps, call, ids.length > 0 ? ids : idsNamed(rules));

    const shard = deps.store.shard(placeOf(call));
    const command = makeCommand(input, document, resolved, {
      documentName,
      ...placeOf(call),
      id: deps.newId(),
      order: shard.nextOrder(),
      requestedAt: deps.clock.now(),
    });
    shard.add(command);
    const recipients = () =>
      ids.length > 0 ? named(deps, call, ids) : targeted(deps, call, rules);
    deps.engine.start(command, recipients, rules.length > 0);
    return { Command: showCommand(command) };
  };

function checkShape(input: SendCommandRequest): void {
  onlyKnown('SendCommand', input, KNOWN);
  lengthWithin('instanceIds', input.InstanceIds, [0, 50]);
  for (const id of input.InstanceIds ?? []) matching('instanceIds', id, NODE_ID);
  lengthWithin('targets', input.Targets, [0, 5]);
  numberWithin('timeoutSeconds', input.TimeoutSeconds, [30, 2_592_000]);
  lengthWithin('outputS3BucketName', input.OutputS3BucketName, [3, 63]);
  lengthWithin('outputS3KeyPrefix', input.OutputS3KeyPrefix, [0, 500]);
  lengthWithin(
    'cloudWatchOutputConfig.cloudWatchLogGroupName',
    input.CloudWatchOutputConfig?.CloudWatchLogGroupName,
    [1, 512],
  );
  matching(
    'cloudWatchOutputConfig.cloudWatchLogGroupName',
    input.CloudWatchOutputConfig?.CloudWatchLogGroupName,
    /^[.\-_/#A-Za-z0-9]+$/,
  );
  lengthWithin('comment', input.Comment, [0, 100]);
  lengthWithin('maxConcurrency', input.MaxConcurrency, [1, 7]);
  lengthWithin('maxErrors', input.MaxErrors, [1, 7]);
  matching('maxConcurrency', input.MaxConcurrency, /^([1-9][0-9]*|[1-9][0-9]?%|100%)$/);
  matching('maxErrors', input.MaxErrors, /^([1-9][0-9]*|0|[1-9][0-9]?%|0%|100%)$/);
  const ids = input.InstanceIds ?? [];
  const targets = input.Targets ?? [];
  if (ids.length === 0 && targets.length === 0)
    throw invalid('Either InstanceIds or Targets must be given to ssm:SendCommand');
  if (ids.length > 0 && targets.length > 0)
    throw invalid('InstanceIds and Targets cannot both be given to ssm:SendCommand');
  if (new Set(ids).size < ids.length)
    throw new AwsError('DuplicateInstanceId', `InstanceIds has an id twice: ${ids.join(', ')}`);
}

/** A document of several steps: the time of its longest one. */
const longest = (steps: Job['steps']): number =>
  Math.max(
    ...steps.map(({ work }) =>
      effectiveTimeout('timeoutSeconds' in work ? work.timeoutSeconds : 0),
    ),
  );

/** The hash is of the document alone, not of what it fetches. */
function checkHash(document: Found, input: SendCommandRequest): void {
  const { DocumentHash: hash, DocumentHashType: type = 'Sha256' } = input;
  if (type !== 'Sha256')
    throw invalid(`The embedded AWS does not implement DocumentHashType ${type}`);
  if (hash !== undefined && hash !== sha256(document.content))
    throw new AwsError(
      'InvalidDocument',
      `The hash of document ${document.name} is not the DocumentHash ${hash}.`,
    );
}

/** The default log group is named after the document (User Guide, "Configuring Amazon CloudWatch Logs for Run Command"). */
function outputOf(input: SendCommandRequest): Pick<Command, 'output'> {
  const { OutputS3BucketName: bucket, OutputS3KeyPrefix: prefix = '', DocumentName = '' } = input;
  const logs = input.CloudWatchOutputConfig;
  if (bucket === undefined && !logs?.CloudWatchOutputEnabled) return {};
  return {
    output: {
      ...(bucket !== undefined && { s3: { bucket, prefix } }),
      ...(logs?.CloudWatchOutputEnabled && {
        logGroup: logs.CloudWatchLogGroupName ?? `/aws/ssm/${DocumentName}`,
      }),
    },
  };
}

function makeCommand(
  input: SendCommandRequest,
  document: Found,
  resolved: Command['resolved'],
  identity: Pick<Command, 'id' | 'documentName' | 'account' | 'region' | 'order' | 'requestedAt'>,
): Command {
  const timeoutSeconds = input.TimeoutSeconds ?? DEFAULTS.timeoutSeconds;
  const deliverBy = identity.requestedAt + timeoutSeconds * 1000;
  return {
    ...identity,
    document,
    version: input.DocumentVersion ?? '$DEFAULT',
    comment: input.Comment ?? '',
    parameters: input.Parameters ?? {},
    resolved,
    instanceIds: input.InstanceIds ?? [],
    targets: input.Targets ?? [],
    timeoutSeconds,
    maxConcurrency: input.MaxConcurrency ?? DEFAULTS.maxConcurrency,
    maxErrors: input.MaxErrors ?? DEFAULTS.maxErrors,
    ...outputOf(input),
    visibleAt: identity.requestedAt + VISIBLE_MS,
    deliverBy,
    expiresAt: deliverBy + longest(document.steps(resolved)) * 1000,
    invocations: new Map(),
    tally: new Map(),
    targetsKnown: false,
    cancelled: false,
  };
}
