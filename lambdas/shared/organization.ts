/** The organisation as the hub sees it, which must be its management account or a delegated administrator. */
import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { z } from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { problemsOf } from '../../contract/problems.ts';
import { PATIENCE } from './retry.ts';

const Member = z.object({ Id: z.string(), State: z.string() });
export type Member = z.infer<typeof Member>;
const Unit = z.object({ Id: z.string(), Name: z.string() });
export type Unit = z.infer<typeof Unit>;
const Root = z.object({ Id: z.string() });
const Tag = z.object({ Key: z.string(), Value: z.string() });

export interface Organization {
  /** Every account there is. */
  accounts(): Promise<Member[]>;
  /** Accounts right in a root or unit. */
  accountsIn(parent: string): Promise<Member[]>;
  /** Units right below a root or unit. */
  unitsIn(parent: string): Promise<Unit[]>;
  roots(): Promise<string[]>;
  tags(account: string): Promise<ReadonlyMap<string, string>>;
}

/**
 * The API takes 5 to 10 calls a second (User Guide, "Quotas"), fewer than a loop makes: being throttled is the
 * rule, and each call is tried again until it gets through.
 */
const RATES = { maxAttempts: 12, requestHandler: PATIENCE };

export function createOrganization(
  client: Pick<OrganizationsClient, 'send'> = new OrganizationsClient(RATES),
): Organization {
  return {
    accounts: () =>
      all('ListAccounts', Member, async (NextToken) => {
        const answer = await client.send(new ListAccountsCommand({ NextToken }));
        return [answer.Accounts, answer.NextToken];
      }),
    accountsIn: (ParentId) =>
      all('ListAccountsForParent', Member, async (NextToken) => {
        const answer = await client.send(new ListAccountsForParentCommand({ ParentId, NextToken }));
        return [answer.Accounts, answer.NextToken];
      }),
    unitsIn: (ParentId) =>
      all('ListOrganizationalUnitsForParent', Unit, async (NextToken) => {
        const command = new ListOrganizationalUnitsForParentCommand({ ParentId, NextToken });
        const answer = await client.send(command);
        return [answer.OrganizationalUnits, answer.NextToken];
      }),
    roots: async () => {
      const roots = await all('ListRoots', Root, async (NextToken) => {
        const answer = await client.send(new ListRootsCommand({ NextToken }));
        return [answer.Roots, answer.NextToken];
      });
      return roots.map((root) => root.Id);
    },
    tags: async (ResourceId) => {
      const tags = await all('ListTagsForResource', Tag, async (NextToken) => {
        const command = new ListTagsForResourceCommand({ ResourceId, NextToken });
        const answer = await client.send(command);
        return [answer.Tags, answer.NextToken];
      });
      return new Map(tags.map(({ Key, Value }) => [Key, Value]));
    },
  };
}

type Page = readonly [items: readonly unknown[] | undefined, next: string | undefined];

/** A page may be empty and still have a next one (API Reference, ListAccounts). */
async function all<T>(
  operation: string,
  schema: z.ZodType<T>,
  page: (token: string | undefined) => Promise<Page>,
): Promise<T[]> {
  const items: T[] = [];
  for (let token: string | undefined, first = true; first || token; first = false) {
    const [part, next] = await page(token).catch((error: unknown) => {
      throw named(error, operation);
    });
    const parsed = z.array(schema).safeParse(part ?? []);
    if (!parsed.success)
      throw new FleetwideError(
        'UnexpectedAnswer',
        `organizations:${operation}`,
        problemsOf(parsed.error),
      );
    items.push(...parsed.data);
    token = next;
  }
  return items;
}

const NOT_READABLE: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'AWSOrganizationsNotInUseException',
]);

function named(error: unknown, operation: string): unknown {
  if (!(error instanceof Error)) return error;
  if (NOT_READABLE.has(error.name))
    return new FleetwideError(
      'OrganizationNotReadable',
      `organizations:${operation}: ${error.name}: ${error.message}`,
    );
  error.message = `organizations:${operation}: ${error.message}`;
  return error;
}

/** What Organizations says of a unit or an account that does not exist. */
export const isNotThere = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'ParentNotFoundException' || error.name === 'TargetNotFoundException');
