import type { ListStateMachinesInput, ListStateMachinesOutput } from '@aws-sdk/client-sfn';
import type { Operation } from '../../core/operation.ts';
import { pageOf } from './paging.ts';
import { type Context, date, only } from './shared.ts';

/** The machines of the caller's account in the Region that is asked. */
export const listStateMachines =
  (context: Context): Operation<ListStateMachinesInput, ListStateMachinesOutput> =>
  async (call, input) => {
    only(input, ['maxResults', 'nextToken']);
    context.authorize(call, { action: 'states:ListStateMachines', resource: '*' });
    const own = [...context.engine.store.machines.values()]
      .map((machine, order) => ({ machine, order }))
      .filter(
        ({ machine }) => machine.account === call.caller.account && machine.region === call.region,
      );
    const page = pageOf(own, ({ order }) => order, 'up', input);
    const stateMachines = page.items.map(({ machine }) => ({
      stateMachineArn: machine.arn,
      name: machine.name,
      type: 'STANDARD' as const,
      creationDate: date(machine.created),
    }));
    return { stateMachines, ...page.next };
  };
