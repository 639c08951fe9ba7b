import type {
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
} from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { AwsError, type Operation } from '../../core/operation.ts';
import type { Command, Invocation } from './command.ts';
import { commandFilter } from './commandFilters.ts';
import { placeOf, type SsmDeps } from './deps.ts';
import { commandsOf } from './listCommands.ts';
import { page, type Positioned } from './paging.ts';
import { statusOf } from './status.ts';
import { commandIdOf, nodeIdOf, numberWithin, onlyKnown } from './validation.ts';
import { showInvocation } from './views.ts';

const KNOWN = ['CommandId', 'InstanceId', 'MaxResults', 'NextToken', 'Filters', 'Details'];

/** Source: service model, CommandFilter: there is no ExecutionStage here. */
const FILTERS = {
  keys: ['InvokedAfter', 'InvokedBefore', 'Status', 'DocumentName'],
  statuses: [
    'Pending',
    'InProgress',
    'Delayed',
    'Success',
    'Cancelled',
    'Failed',
    'TimedOut',
    'AccessDenied',
    'DeliveryTimedOut',
    'ExecutionTimedOut',
    'Undeliverable',
    'InvalidPlatform',
    'Terminated',
  ],
};

/** The command's order, and the place of the invocation among its fellows. */
const CURSOR = z.templateLiteral([z.number().int(), ':', z.number().int()]);
type Cursor = z.infer<typeof CURSOR>;

export const listCommandInvocations =
  ({
    clock,
    store,
    authorize,
  }: SsmDeps): Operation<ListCommandInvocationsRequest, ListCommandInvocationsResult> =>
  async (call, input) => {
    authorize(call, { action: 'ssm:ListCommandInvocations', resource: '*' });
    onlyKnown('ListCommandInvocations', input, KNOWN);
    const { CommandId, InstanceId, MaxResults, NextToken, Filters, Details } = input;
    numberWithin('maxResults', MaxResults, [1, 50]);
    const id = CommandId === undefined ? undefined : commandIdOf(CommandId);
    const node = InstanceId === undefined ? undefined : nodeIdOf(InstanceId);
    const passes = commandFilter(Filters, FILTERS);
    const place = placeOf(call);

    function* matching(after: Cursor | undefined): Iterable<Positioned<Invocation, Cursor>> {
      const [order = 0, last = 0] = after?.split(':').map(Number) ?? [];
      // The command that the last page ended in comes again: it may have more.
      const from = after === undefined ? undefined : order + 1;
      for (const command of commandsOf(store.shard(place), id, clock.now(), from)) {
        const skip = after !== undefined && command.order === order ? last + 1 : 0;
        for (const [invocation, index] of invocationsOf(command, node, skip)) {
          const { details } = invocation;
          if (passes({ command, details, status: statusOf(details) }))
            yield [invocation, `${command.order}:${index}`];
        }
      }
    }
    const { items, nextToken } = page(
      {
        size: MaxResults ?? 50,
        token: NextToken,
        query: ['ListCommandInvocations', place, id, node, Filters, Details],
        badToken: () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
      },
      matching,
      CURSOR,
    );
    return {
      CommandInvocations: items.map((invocation) => showInvocation(invocation, Details === true)),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
  };

function* invocationsOf(
  { invocations }: Command,
  node: string | undefined,
  skip: number,
): Iterable<readonly [Invocation, number]> {
  if (node !== undefined) {
    const one = invocations.get(node);
    if (one && skip === 0) yield [one, 0];
    return;
  }
  let index = 0;
  for (const invocation of invocations.values()) {
    if (index >= skip) yield [invocation, index];
    index++;
  }
}
