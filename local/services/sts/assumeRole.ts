import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import type { AccessQuestion, Authorize, Call, Operation } from '../../core/operation.ts';
import type { PolicyDocument } from '../../core/policy.ts';
import { parsePolicy } from '../../iam/document.ts';
import type { IamStore } from '../../iam/store.ts';
import { checkInput, validation } from './validate.ts';

export interface StsDeps {
  readonly iam: Pick<IamStore, 'role' | 'startSession'>;
  readonly authorize: Authorize;
}

type Output = Omit<AssumeRoleCommandOutput, '$metadata'>;

const DEFAULT_SECONDS = 3_600;
/** A session that assumes a role gets an hour at most (IAM User Guide, "Role chaining"). */
const CHAINED_SECONDS = 3_600;
const MAX_POLICY = 2_048;

/** A role that is not there is refused like one that does not trust the caller. */
const TRUSTS_NOBODY: PolicyDocument = { Version: '2012-10-17', Statement: [] };

export const assumeRole =
  ({ iam, authorize }: StsDeps): Operation<AssumeRoleCommandInput, Output> =>
  async (call, input) => {
    checkInput(input);
    const { RoleArn = '', RoleSessionName = '', DurationSeconds, Policy, Tags = [] } = input;
    const policy = Policy === undefined ? undefined : parsePolicy(Policy, 'identity');
    const role = iam.role(RoleArn);
    const sourceIdentity = input.SourceIdentity ?? call.caller.sourceIdentity;
    checkTrust(authorize, call, input, sourceIdentity, role?.trust ?? TRUSTS_NOBODY);
    const seconds = DurationSeconds ?? DEFAULT_SECONDS;
    checkDuration(call, seconds, role?.maxSessionSeconds ?? 0);
    const session = iam.startSession(RoleArn, {
      name: RoleSessionName,
      seconds,
      policy,
      sourceIdentity,
      tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    });
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: new Date(session.expiresAt),
      },
      AssumedRoleUser: { Arn: session.arn, AssumedRoleId: session.assumedRoleId },
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      // AWS packs before it measures; here it is the share of the plain limit.
      ...(Policy !== undefined && {
        PackedPolicySize: Math.ceil((Policy.length / MAX_POLICY) * 100),
      }),
    };
  };

/** AssumeRole itself, and each of the two things that are permissions of their own. */
function checkTrust(
  authorize: Authorize,
  call: Call,
  {
    RoleArn = '',
    RoleSessionName = '',
    ExternalId,
    SourceIdentity,
    Tags = [],
  }: AssumeRoleCommandInput,
  sourceIdentity: string | undefined,
  trust: PolicyDocument,
): void {
  const tags = Tags.map(({ Key = '', Value = '' }) => [`aws:RequestTag/${Key}`, [Value]] as const);
  const context = {
    'sts:RoleSessionName': [RoleSessionName],
    ...(ExternalId !== undefined && { 'sts:ExternalId': [ExternalId] }),
    ...(sourceIdentity !== undefined && { 'sts:SourceIdentity': [sourceIdentity] }),
    ...(Tags.length > 0 && { 'aws:TagKeys': Tags.map(({ Key = '' }) => Key) }),
    ...Object.fromEntries(tags),
  };
  const ask = (action: string, resourcePolicy = trust) =>
    authorize(call, {
      action,
      resource: RoleArn,
      resourceAccount: RoleArn.split(':')[4] ?? '',
      resourcePolicy,
      context,
    } satisfies AccessQuestion);
  ask('sts:AssumeRole');
  if (sourceIdentity !== undefined) {
    // Once set it can't be changed along a chain (IAM User Guide, "Monitor and control actions taken with assumed roles").
    const before = call.caller.sourceIdentity;
    const changed =
      SourceIdentity !== undefined && before !== undefined && SourceIdentity !== before;
    ask('sts:SetSourceIdentity', changed ? TRUSTS_NOBODY : trust);
  }
  if (Tags.length > 0) ask('sts:TagSession');
}

function checkDuration({ caller }: Call, seconds: number, roleMaximum: number): void {
  if (caller.kind === 'session' && seconds > CHAINED_SECONDS)
    throw validation(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  if (seconds > roleMaximum)
    throw validation(
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
}
