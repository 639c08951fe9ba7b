import * as z from 'zod';
import type { Cause } from '../../contract/doctor.ts';
import { DISPATCHER_PATH } from '../../contract/names.ts';

/** What the hub brings when it wants in. */
export interface Visitor {
  readonly partition: string;
  readonly account: string;
  readonly externalId: string;
  readonly organization?: string | undefined;
}

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Statement = z.object({
  Effect: z.string(),
  Action: oneOrMore.default([]),
  Principal: z.object({ AWS: oneOrMore.default([]) }).catch({ AWS: [] }),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).default({}),
});
type Statement = z.infer<typeof Statement>;
const Policy = z.object({
  Statement: z.union([z.array(Statement), Statement.transform((one) => [one])]),
});

/** Why a role with this trust policy does not let the hub in; null: there is no such role. */
export function judge(policy: string | null, visitor: Visitor): Cause {
  if (policy === null) return 'missing';
  const entries = statementsOf(policy).filter(
    ({ Effect, Action, Principal }) =>
      Effect === 'Allow' &&
      Action.includes('sts:AssumeRole') &&
      Principal.AWS.some((name) => isHub(name, visitor)),
  );
  // The statement that lets in furthest tells most.
  const causes = new Set(entries.map((entry) => causeOf(entry, visitor)));
  return (
    (['none', 'organization', 'externalId', 'trust'] as const).find((c) => causes.has(c)) ?? 'trust'
  );
}

function statementsOf(policy: string): readonly Statement[] {
  try {
    return Policy.parse(JSON.parse(policy)).Statement;
  } catch {
    // Of a form that Fleetwide never writes: somebody else's role of that name.
    return [];
  }
}

const isHub = (name: string, { partition, account }: Visitor): boolean =>
  name === account || name === `arn:${partition}:iam::${account}:root`;

function causeOf({ Condition }: Statement, visitor: Visitor): Cause {
  const wanted = (key: string) =>
    Object.values(Condition).flatMap((operator) => operator[key] ?? []);
  const role = `arn:${visitor.partition}:iam::${visitor.account}:role${DISPATCHER_PATH}`;
  const callers = wanted('aws:PrincipalArn');
  if (callers.length > 0 && !callers.some((pattern) => pattern.startsWith(role))) return 'trust';
  const ids = wanted('sts:ExternalId');
  if (ids.length > 0 && !ids.includes(visitor.externalId)) return 'externalId';
  const organizations = wanted('aws:PrincipalOrgID');
  if (organizations.length > 0 && !organizations.includes(visitor.organization ?? ''))
    return 'organization';
  return 'none';
}
