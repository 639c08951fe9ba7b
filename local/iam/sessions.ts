import type { Caller } from '../core/operation.ts';
import type { PolicyDocument } from '../core/policy.ts';
import { secretKey, sessionToken, uniqueId } from './ids.ts';
import type { Role } from './roles.ts';

/** Temporary credentials as STS hands them out. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch, on the world's clock. */
  readonly expiresAt: number;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
  readonly arn: string;
  /** `<role id>:<session>`. */
  readonly assumedRoleId: string;
}

export interface SessionOptions {
  readonly name: string;
  readonly seconds: number;
  readonly policy?: PolicyDocument | undefined;
  readonly sourceIdentity?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface Session extends Credentials {
  readonly roleArn: string;
  readonly roleId: string;
  readonly options: SessionOptions;
}

export function makeSession(
  role: Role,
  options: SessionOptions,
  now: number,
  seed: string,
): Session {
  return {
    accessKeyId: uniqueId('ASIA', seed, 16),
    secretAccessKey: secretKey(seed),
    sessionToken: sessionToken(seed),
    expiresAt: now + options.seconds * 1_000,
    arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${options.name}`,
    assumedRoleId: `${role.id}:${options.name}`,
    roleArn: role.arn,
    roleId: role.id,
    options,
  };
}

/** A session may do what its role may do now, not what it could when it began. */
export function sessionCaller(
  session: Session,
  role: Role,
  identityPolicies: readonly PolicyDocument[],
): Caller {
  const { policy, sourceIdentity, tags } = session.options;
  return {
    account: role.account,
    arn: session.arn,
    userId: session.assumedRoleId,
    accessKeyId: session.accessKeyId,
    kind: 'session',
    roleArn: role.arn,
    identityPolicies,
    ...(policy && { sessionPolicy: policy }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    // A session tag takes the place of the role's tag of that name (IAM User Guide, "Session tags").
    sessionTags: { ...role.tags, ...tags },
    expiresAt: session.expiresAt,
  };
}
