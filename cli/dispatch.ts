/** From a request to the end of its dispatch: ask, start, follow. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { DispatchId } from '../contract/primitives.ts';
import type { RequestInput } from '../contract/request.ts';
import type { Cli } from './command.ts';
import { confirmed, mustBeAbleToAsk } from './confirm.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import { follow } from './follow/follow.ts';
import type { Hub } from './hub.ts';
import { requesterOf } from './requester.ts';

export interface StartFlags {
  readonly name?: string;
  readonly yes?: boolean;
  readonly detach?: boolean;
}

export const withStart = (command: Command): Command =>
  command
    .option('--name <id>', 'dispatch id (default: made up)')
    .option('--yes', 'send without showing the plan and asking; needed where nobody can be asked')
    .option('--detach', 'start and do not follow');

/** What is to be started, once it is known who asks. */
export type RequestOf = (hub: Hub, requester: string) => Promise<RequestInput>;

export async function dispatched(cli: Cli, flags: StartFlags, of: RequestOf): Promise<Exit> {
  checkName(flags.name);
  if (!flags.yes) mustBeAbleToAsk(cli);
  const hub = await cli.hub();
  const request = await of(hub, requesterOf(hub.caller));
  const id = flags.name ?? newId();
  if (flags.yes) return started(cli, hub, id, request, flags);
  const plan = `${id.slice(0, MOST_OF_ID)}-plan`;
  await hub.start(plan, { ...request, mode: 'plan' });
  const end = await confirmed(cli, hub, plan);
  if (end !== undefined) return end;
  // A node may have come or gone since: its own plan is shown as well.
  return started(cli, hub, id, request, flags);
}

/** Stops when it is known what would run where. */
export async function planned(cli: Cli, flags: StartFlags, of: RequestOf): Promise<Exit> {
  checkName(flags.name);
  const hub = await cli.hub();
  const request = await of(hub, requesterOf(hub.caller));
  return started(cli, hub, flags.name ?? newId(), { ...request, mode: 'plan' }, flags);
}

async function started(
  cli: Cli,
  hub: Hub,
  id: string,
  request: RequestInput,
  flags: StartFlags,
): Promise<Exit> {
  await hub.start(id, request);
  cli.print(cli.json() ? JSON.stringify({ event: 'started', dispatch: id }) : `Dispatch ${id}`);
  return flags.detach ? EXIT.succeeded : follow(cli, hub, id);
}

const newId = (): string => `fw-${randomBytes(6).toString('hex')}`;

/** An id has 64 characters at most. */
const MOST_OF_ID = 59;

function checkName(name: string | undefined): void {
  if (name !== undefined && !DispatchId.safeParse(name).success)
    throw new CliError(
      `--name "${name}": expected 2 to 64 characters out of A-Z a-z 0-9 _ -`,
      EXIT.request,
    );
}
