/** Members of a resource group that can be nodes. Answers are parsed here. */
import {
  ListGroupResourcesCommand,
  type ResourceGroupsClient,
} from '@aws-sdk/client-resource-groups';
import * as z from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { problemsOf } from '../../contract/problems.ts';
import { nameOf } from './store.ts';

const LIST_MEMBERS = 'resource-groups:ListGroupResources';

const Resources = z.array(
  z.object({ Identifier: z.object({ ResourceArn: z.string(), ResourceType: z.string() }) }),
);
const QueryErrors = z.array(z.object({ ErrorCode: z.string(), Message: z.string().default('') }));

/** Ids are the last part of these ARNs. */
const NODES: ReadonlySet<string> = new Set(['AWS::EC2::Instance', 'AWS::SSM::ManagedInstance']);

/** Most that a page holds (API reference, ListGroupResources). */
const PAGE = 50;

/** Ids of the nodes that a group of this account and Region holds; none where there is no such group. */
export type MembersOf = (group: string) => Promise<string[]>;

export const createMembers =
  (client: Pick<ResourceGroupsClient, 'send'>): MembersOf =>
  async (group) => {
    const ids: string[] = [];
    try {
      for (let token: string | undefined, first = true; first || token; first = false) {
        // Without a filter on types: one that the group's own query does not have is refused or passed over.
        const answer = await client.send(
          new ListGroupResourcesCommand({ Group: group, MaxResults: PAGE, NextToken: token }),
        );
        const [problem] = parsed(QueryErrors, answer.QueryErrors ?? []);
        if (problem)
          throw new FleetwideError(
            'UnexpectedAnswer',
            `${LIST_MEMBERS} of ${group}: ${problem.ErrorCode} ${problem.Message}`,
          );
        for (const { Identifier } of parsed(Resources, answer.Resources ?? []))
          if (NODES.has(Identifier.ResourceType))
            ids.push(Identifier.ResourceArn.replace(/^.*\//, ''));
        token = answer.NextToken;
      }
    } catch (error) {
      if (nameOf(error) === 'NotFoundException') return [];
      throw error;
    }
    return ids;
  };

function parsed<T>(schema: z.ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new FleetwideError('UnexpectedAnswer', LIST_MEMBERS, problemsOf(read.error));
}
