/** Which accounts a dispatch is for: by id, by their place in the organisation, or by a list kept in the hub. */
import { z } from 'zod';
import { AccountId } from './primitives.ts';
import { wrong } from './problems.ts';

export const ORGANIZATION = 'organization';
const UNIT = /^ou:(.+)$/s;
const LIST = /^list:(.*)$/s;
/** Source: aws-sdk organizations model, ParentId. */
const UNIT_ID = /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/;
const LIST_NAME = /^[A-Za-z0-9_-]{1,64}$/;

export type AccountChoice =
  | { readonly kind: 'account'; readonly id: string }
  | { readonly kind: 'organization' }
  /** Organizational unit or root, and all below it. */
  | { readonly kind: 'unit'; readonly id: string }
  /** Names from the top down; `anchored`: the first one is right below the root. */
  | { readonly kind: 'path'; readonly names: readonly string[]; readonly anchored: boolean }
  | { readonly kind: 'list'; readonly name: string };

/** What a selector means; `undefined` for what is none. */
export function accountChoice(text: string): AccountChoice | undefined {
  if (AccountId.safeParse(text).success) return { kind: 'account', id: text };
  if (text === ORGANIZATION) return { kind: 'organization' };
  const unit = UNIT.exec(text)?.[1];
  if (unit !== undefined) {
    if (UNIT_ID.test(unit)) return { kind: 'unit', id: unit };
    const anchored = unit.startsWith('/');
    const names = (anchored ? unit.slice(1) : unit).split('/');
    return names.some((name) => name === '') ? undefined : { kind: 'path', names, anchored };
  }
  const list = LIST.exec(text)?.[1];
  return list !== undefined && LIST_NAME.test(list) ? { kind: 'list', name: list } : undefined;
}

export const AccountSelector = z
  .string({
    error: wrong(
      'expected an account id as text',
      'Quote the 12 digits, so that zeros in front stay',
    ),
  })
  .refine(
    (text) => accountChoice(text) !== undefined,
    wrong(
      'selects no accounts',
      'Give 12 digits, "ou:<id, name or path>", "organization" or "list:<name>"',
    ),
  );

/** lists/<name>.json in the results bucket: accounts under a name of one's own. */
export const AccountList = z.strictObject({
  accounts: z
    .array(AccountId)
    .min(1, wrong('names no account', 'Give at least one account id'))
    .meta({ description: 'Account ids of 12 digits.' }),
  description: z.string().optional(),
});
export type AccountList = z.output<typeof AccountList>;
