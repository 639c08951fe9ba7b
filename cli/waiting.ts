/** What a dispatch asks people at the moment. */
import { keys } from '../contract/names.ts';
import { ApprovalRecord, type Plan } from '../contract/stored.ts';
import type { Hub } from './hub.ts';
import { count } from './text.ts';

export type Question = ApprovalRecord & { readonly token: string };

/** Of a dispatch that runs. A question without a token was decided. */
export async function questionOf(
  hub: Pick<Hub, 'find'>,
  id: string,
  plan: Pick<Plan, 'waves'> | undefined,
): Promise<Question | undefined> {
  for (const [wave, { approval }] of plan?.waves.entries() ?? []) {
    const record = approval && (await hub.find(ApprovalRecord, keys.approval(id, wave)));
    if (record && record.token !== undefined) return { ...record, token: record.token };
  }
  return undefined;
}

export const questionText = (id: string, { wave, nodes, expiresAt }: Question): string =>
  `wave ${wave + 1} (${count(nodes, 'node')}) waits for a person until ${expiresAt}: fleetwide approve ${id}, or fleetwide reject ${id} --reason …`;

/** For a program; who may see the question need not be told the token. */
export const questionFields = ({ wave, nodes, askedAt, expiresAt }: Question) => ({
  wave: wave + 1,
  nodes,
  askedAt,
  expiresAt,
});
