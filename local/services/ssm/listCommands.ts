import type { ListCommandsRequest, ListCommandsResult } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { AwsError, type Operation } from '../../core/operation.ts';
import type { Command } from './command.ts';
import { commandFilter } from './commandFilters.ts';
import { placeOf, type SsmDeps } from './deps.ts';
import { page, type Positioned } from './paging.ts';
import { stateOf } from './status.ts';
import { commandIdOf, nodeIdOf, numberWithin, onlyKnown } from './validation.ts';
import { showCommand } from './views.ts';

const KNOWN = ['CommandId', 'InstanceId', 'MaxResults', 'NextToken', 'Filters'];

/** Source: service model, CommandFilter. */
const FILTERS = {
  keys: ['InvokedAfter', 'InvokedBefore', 'Status', 'ExecutionStage', 'DocumentName'],
  statuses: [
    'Pending',
    'InProgress',
    'Success',
    'Cancelled',
    'Failed',
    'TimedOut',
    'AccessDenied',
    'DeliveryTimedOut',
    'ExecutionTimedOut',
    'Incomplete',
    'NoInstancesInTag',
    'LimitExceeded',
  ],
};

export const listCommands =
  ({ clock, store, authorize }: SsmDeps): Operation<ListCommandsRequest, ListCommandsResult> =>
  async (call, input) => {
    authorize(call, { action: 'ssm:ListCommands', resource: '*' });
    onlyKnown('ListCommands', input, KNOWN);
    const { CommandId, InstanceId, MaxResults, NextToken, Filters } = input;
    numberWithin('maxResults', MaxResults, [1, 50]);
    const id = CommandId === undefined ? undefined : commandIdOf(CommandId);
    const node = InstanceId === undefined ? undefined : nodeIdOf(InstanceId);
    const passes = commandFilter(Filters, FILTERS);
    const place = placeOf(call);

    function* matching(after: number | undefined): Iterable<Positioned<Command, number>> {
      for (const command of commandsOf(store.shard(place), id, clock.now(), after)) {
        if (node !== undefined && !command.invocations.has(node)) continue;
        if (passes({ command, ...stateOf(command) })) yield [command, command.order];
      }
    }
    const { items, nextToken } = page(
      {
        size: MaxResults ?? 50,
        token: NextToken,
        query: ['ListCommands', place, id, node, Filters],
        badToken: () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
      },
      matching,
      z.number(),
    );
    return {
      Commands: items.map(showCommand),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
  };

/** Newest first and visible to reads; one at most, found without a search, when `id` is given. */
export function commandsOf(
  shard: ReturnType<SsmDeps['store']['shard']>,
  id: string | undefined,
  now: number,
  after?: number,
): Iterable<Command> {
  if (id === undefined) return shard.newest(now, after);
  const command = shard.find(id, now);
  const seen = after !== undefined && command !== undefined && command.order >= after;
  return command && command.visibleAt <= now && !seen ? [command] : [];
}
