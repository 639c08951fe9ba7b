import type { Clock } from '../core/clock.ts';
import {
  type AccessQuestion,
  type Authorize,
  AwsError,
  type Call,
  type Caller,
  type ServiceId,
} from '../core/operation.ts';
import { type Context, contextOf } from './context.ts';
import { type Asked, askedOf } from './asked.ts';
import { evaluate, type Question } from './evaluate.ts';
import type { PolicyDocument } from '../core/policy.ts';
import type { Subject } from './principals.ts';

export interface AuthorizeDeps {
  readonly clock: Clock;
  /** Organisation of an account, `o-…`; undefined: in none. */
  readonly organizationOf: (account: string) => string | undefined;
  /** Told of every question before it is decided. */
  readonly asked?: (asked: Asked) => void;
  /** Service control policies on an account and on the units above it; default: none. */
  readonly controlPolicies?: (account: string) => readonly PolicyDocument[];
}

/** Each service has its own name and status for "you may not". */
const DENIED: Readonly<Record<ServiceId, readonly [name: string, status: number]>> = {
  ec2: ['UnauthorizedOperation', 403],
  events: ['AccessDeniedException', 400],
  iam: ['AccessDenied', 403],
  lambda: ['AccessDeniedException', 403],
  logs: ['AccessDeniedException', 400],
  organizations: ['AccessDeniedException', 400],
  'resource-groups': ['ForbiddenException', 403],
  s3: ['AccessDenied', 403],
  scheduler: ['AccessDeniedException', 403],
  secretsmanager: ['AccessDeniedException', 400],
  sns: ['AuthorizationError', 403],
  sqs: ['AccessDeniedException', 400],
  ssm: ['AccessDeniedException', 400],
  states: ['AccessDeniedException', 400],
  sts: ['AccessDenied', 403],
};

/** What a role's trust policy is asked. */
const TRUST_ACTIONS = new Set(['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']);

export function createAuthorize(deps: AuthorizeDeps): Authorize {
  return (call, question) => {
    const { caller } = call;
    const whole: Question = {
      subject: subjectOf(caller),
      action: question.action,
      resource: question.resource,
      resourceAccount: ownerOf(call, question),
      context: contextFor(deps, call, question),
      identityPolicies: caller.identityPolicies,
      sessionPolicy: caller.sessionPolicy,
      resourcePolicy: question.resourcePolicy,
      controlPolicies: deps.controlPolicies?.(caller.account) ?? [],
      // A key's policy is the only way to it, also within its account (KMS Developer Guide, "Key policies").
      // Keys that the templates do not make are asked about without one.
      trust:
        TRUST_ACTIONS.has(question.action) ||
        (question.action.startsWith('kms:') && question.resourcePolicy !== undefined),
    };
    deps.asked?.(askedOf(whole, caller.roleArn));
    const refusal = evaluate(whole);
    if (refusal !== undefined) throw denied(call, question, refusal);
  };
}

/** Who owns the resource: as the question states, else as its ARN does; AWS's own and `*` count as the caller's. */
const ownerOf = ({ caller }: Call, { resource, resourceAccount }: AccessQuestion): string =>
  resourceAccount ?? (resource.split(':')[4] || caller.account);

function denied({ caller, service }: Call, question: AccessQuestion, refusal: string): AwsError {
  const { action, resource } = question;
  const [name, status] = DENIED[service];
  const text = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  // STS names a policy that denies, but not which of two lacks the permission: that would tell strangers which
  // roles exist.
  const silent = TRUST_ACTIONS.has(action) && !refusal.startsWith('with an explicit deny');
  const message = silent ? text : `${text} ${refusal}`;
  const prefix = service === 'ec2' ? 'You are not authorized to perform this operation. ' : '';
  return new AwsError(name, prefix + message, status);
}

function subjectOf(caller: Caller): Subject {
  if (caller.kind === 'anonymous') return { kind: 'anonymous', arn: caller.arn };
  if (caller.kind === 'service') return { kind: 'service', service: caller.arn };
  const { kind, account, arn, userId, roleArn } = caller;
  return { kind, account, arn, userId, ...(roleArn !== undefined && { roleArn }) };
}

const PRINCIPAL_TYPES = {
  session: 'AssumedRole',
  user: 'User',
  anonymous: 'Anonymous',
  service: 'AWSService',
} as const;

function contextFor(deps: AuthorizeDeps, call: Call, question: AccessQuestion): Context {
  const { caller } = call;
  const now = deps.clock.now();
  const owner = ownerOf(call, question);
  return contextOf(
    caller.kind === 'anonymous' || caller.kind === 'service' ? {} : principalKeys(deps, caller),
    {
      'aws:PrincipalType': PRINCIPAL_TYPES[caller.kind],
      'aws:PrincipalIsAWSService': String(caller.kind === 'service'),
      'aws:ViaAWSService': 'false',
      'aws:SecureTransport': String(call.secure),
      'aws:RequestedRegion': call.region,
      'aws:CurrentTime': new Date(now).toISOString(),
      'aws:EpochTime': String(Math.floor(now / 1_000)),
      'aws:ResourceAccount': owner,
      'aws:ResourceOrgID': deps.organizationOf(owner),
    },
    caller.serviceContext ?? {},
    question.context ?? {},
  );
}

function principalKeys(
  deps: AuthorizeDeps,
  caller: Caller,
): Readonly<Record<string, string | undefined>> {
  const tags = Object.entries(caller.sessionTags ?? {});
  return {
    // For a session the role's ARN, not the session's (IAM User Guide, aws:PrincipalArn).
    'aws:PrincipalArn': caller.roleArn ?? caller.arn,
    'aws:PrincipalAccount': caller.account,
    'aws:PrincipalOrgID': deps.organizationOf(caller.account),
    'aws:userid': caller.userId,
    'aws:username': caller.kind === 'user' ? caller.arn.split('/').at(-1) : undefined,
    'aws:SourceIdentity': caller.sourceIdentity,
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
}
