import { AwsError } from '../core/operation.ts';
import type { PolicyDocument } from '../core/policy.ts';
import { checkPolicy } from './document.ts';
import { checkSize, LIMITS } from './limits.ts';

export interface RoleInput {
  readonly account: string;
  readonly name: string;
  /** `/` or `/fleetwide/`. */
  readonly path?: string;
  readonly trust: PolicyDocument;
  readonly inline?: Readonly<Record<string, PolicyDocument>>;
  readonly managed?: readonly string[];
  /** 3,600..43,200. */
  readonly maxSessionSeconds?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Role {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  /** `AROA…`; another one when the role is deleted and created again. */
  readonly id: string;
  readonly trust: PolicyDocument;
  readonly inline: ReadonlyMap<string, PolicyDocument>;
  readonly managed: ReadonlySet<string>;
  readonly maxSessionSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
}

export const noSuch = (what: string, name: string) =>
  new AwsError('NoSuchEntity', `The ${what} ${name} cannot be found.`, 404);

export function makeRole(input: RoleInput, id: string, trust: PolicyDocument): Role {
  const { account, name, path = '/', maxSessionSeconds = 3_600, tags = {} } = input;
  if (!/^[\w+=,.@-]{1,64}$/.test(name) || !/^\/(?:[!-~]+\/)?$/.test(path))
    throw new AwsError('ValidationError', `Not a role name and path: ${path}${name}`);
  if (maxSessionSeconds < 3_600 || maxSessionSeconds > 43_200)
    throw new AwsError('ValidationError', `maxSessionDuration of ${name}: ${maxSessionSeconds}`);
  checkSize('trust', name, [input.trust]);
  return withPolicies({
    arn: `arn:aws:iam::${account}:role${path}${name}`,
    account,
    name,
    id,
    trust,
    inline: new Map(Object.entries(input.inline ?? {})),
    managed: new Set(input.managed),
    maxSessionSeconds,
    tags,
  });
}

/** The role as it is saved: its policies checked and within IAM's limits. */
export function withPolicies(role: Role): Role {
  const inline = new Map(
    [...role.inline].map(([name, document]) => [name, checkPolicy(document, 'identity')]),
  );
  checkSize('inline', role.name, [...inline.values()]);
  if (role.managed.size > LIMITS.attached)
    throw new AwsError(
      'LimitExceeded',
      `Cannot exceed quota for PoliciesPerRole: ${LIMITS.attached} (${role.name})`,
      409,
    );
  return { ...role, inline };
}
