/** Before anything is sent: what would run where is shown, and a person is asked. */
import { keys } from '../contract/names.ts';
import { Plan, StoredRequest } from '../contract/stored.ts';
import type { Cli } from './command.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import { settled } from './follow/settled.ts';
import type { Hub } from './hub.ts';
import { planText, whatText } from './show.ts';
import { count } from './text.ts';

/** Said before AWS is asked for anything: where nobody can answer, --yes has to stand. */
export function mustBeAbleToAsk(
  { terminal, json }: Pick<Cli, 'terminal' | 'json'>,
  instead = '',
): void {
  if (terminal.interactive && !json()) return;
  throw new CliError(
    `nobody can be asked here before commands are sent: give --yes to send without being asked${instead}`,
    EXIT.request,
  );
}

/** Waits for the plan of dispatch `id` and asks. Undefined: send it; else how the program ends. */
export async function confirmed(
  cli: Pick<Cli, 'terminal' | 'json' | 'print'>,
  hub: Hub,
  id: string,
): Promise<Exit | undefined> {
  await settled(cli, hub, id, 'Looking for nodes');
  const plan = await hub.find(Plan, keys.plan(id));
  if (!plan) throw new CliError(`dispatch ${id} has no plan`, EXIT.broken);
  const stored = await hub.find(StoredRequest, keys.request(id));
  if (stored) cli.print(whatText(stored));
  cli.print(planText(plan));
  if (plan.sendable === 0) {
    cli.print('There is no node to send to; nothing was sent.');
    return EXIT.nodes;
  }
  const answer = await cli.terminal.ask(`Send to ${count(plan.sendable, 'node')}? [y/N] `);
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return undefined;
  cli.print(`Nothing was sent. This plan can be sent later: fleetwide apply ${id}`);
  return EXIT.recalled;
}
