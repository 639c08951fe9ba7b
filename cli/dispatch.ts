/** From a request to the end of its dispatch: ask, start, follow. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { DispatchId } from '../contract/primitives.ts';
import type { StartInput } from '../contract/request.ts';
import type { Cli } from './command.ts';
import { confirmed, mustBeAbleToAsk } from './confirm.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import { follow, type Following } from './follow/follow.ts';
import type { Hub } from './hub.ts';
import { requesterOf } from './requester.ts';
import { jsonOf } from './text.ts';

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
export type RequestOf = (hub: Hub, requester: string) => Promise<StartInput>;

export async function dispatched(
  cli: Cli,
  flags: StartFlags,
  of: RequestOf,
  instead?: string,
): Promise<Exit> {
  checkName(flags.name);
  if (!flags.yes) mustBeAbleToAsk(cli, instead);
  const hub = await cli.hub();
  const request = await of(hub, requesterOf(hub.caller));
  const id = flags.name ?? newId();
  // What asks for a plan alone, as a file may, sends nothing, whatever would be answered.
  const plansOnly = !('plan' in request) && request.mode === 'plan';
  if (flags.yes || plansOnly) return started(cli, hub, id, request, flags);
  // What was shown is what runs: the plan itself, which refuses if it moved.
  const plan = 'plan' in request ? request.plan : `${id.slice(0, MOST_OF_ID)}-plan`;
  if (!('plan' in request)) await hub.start(plan, { ...request, mode: 'plan' });
  const end = await confirmed(cli, hub, plan);
  if (end !== undefined) return end;
  const { requester } = request;
  const run = { plan, ...(requester !== undefined && { requester }) };
  return started(cli, hub, id, run, flags, { planShown: true });
}

/** Stops when it is known what would run where. */
export async function planned(cli: Cli, flags: StartFlags, of: RequestOf): Promise<Exit> {
  checkName(flags.name);
  const hub = await cli.hub();
  const request = await of(hub, requesterOf(hub.caller));
  if ('plan' in request)
    throw new CliError('this request runs a plan; a plan cannot be planned', EXIT.request);
  return started(cli, hub, flags.name ?? newId(), { ...request, mode: 'plan' }, flags);
}

async function started(
  cli: Cli,
  hub: Hub,
  id: string,
  request: StartInput,
  flags: StartFlags,
  following: Following = {},
): Promise<Exit> {
  await hub.start(id, request);
  cli.print(cli.json() ? jsonOf({ event: 'started', dispatch: id }) : `Dispatch ${id}`);
  return flags.detach ? EXIT.succeeded : follow(cli, hub, id, following);
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
