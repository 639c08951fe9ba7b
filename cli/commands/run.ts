import { randomBytes } from 'node:crypto';
import { Option } from 'commander';
import { DispatchId } from '../../contract/primitives.ts';
import { parseRequest, type Start, type StartInput } from '../../contract/request.ts';
import { type AddCommand, type Cli, several } from '../command.ts';
import { CliError, EXIT, type Exit } from '../exit.ts';
import { follow } from '../follow/follow.ts';
import type { Hub } from '../hub.ts';
import { type RunFlags, requestFrom } from '../requests.ts';
import { readRequest } from '../requestFile.ts';
import { readScript } from '../script.ts';

type Flags = RunFlags & { request?: string; script?: string; name?: string; detach?: boolean };

export const run: AddCommand = (program, cli) => {
  program
    .command('run')
    .description('dispatch a command and follow it to its end')
    .argument(
      '[command...]',
      'what to run, after --; one word is given to the shell as it is; with --script its arguments',
    )
    .option('--script <file>', 'a script to run, with the words after -- as its arguments')
    .option(
      '--interpreter <name>',
      'sh, bash, python3, pwsh, powershell or an absolute path (default: its first line)',
    )
    .option('--env <NAME=value>', 'a variable for the script; repeatable', several)
    .addOption(
      new Option('--delivery <way>', 'how the script gets to the nodes').choices(['s3', 'inline']),
    )
    .option('--accounts <ids>', 'account ids, separated by commas')
    .option('--regions <regions>', 'Regions, separated by commas (default: those of the settings)')
    .option('--tag <key=value[,value]>', 'nodes with this tag; repeat to narrow', several)
    .option('--instance-id <ids>', 'nodes by id, separated by commas; repeatable', several)
    .option('--all-nodes', 'every managed node of the accounts and Regions')
    .option('--waves <list>', 'rollout steps, e.g. 1,5%,100%')
    .option('--max-errors <n|n%>', 'stop sending when more nodes than that went wrong')
    .option('--max-concurrency <n|n%>', 'nodes at once per account and Region')
    .option('--max-nodes <n>', 'refuse to run when more nodes match')
    .option('--delivery-timeout <s>', 'a node that has not started by then does not run it')
    .option('--execution-timeout <s>', 'the node kills the command after that long')
    .option('--working-directory <path>', 'where the command starts')
    .option('--requester <name>', 'who asks (default: the caller)')
    .option('--name <id>', 'dispatch id (default: made up)')
    .option('--request <file>', 'the request as a JSON or YAML file, instead of the flags above')
    .option('--plan', 'stop when it is known what would run where')
    .option('--detach', 'start and do not follow')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide run --accounts 111122223333,444455556666 --regions eu-west-1 --tag Role=web -- uptime
  fleetwide run --request restart.json --plan
  fleetwide run --accounts 111122223333 --regions eu-west-1 --all-nodes --script ./x.sh -- 'a b' c
  fleetwide run --accounts 111122223333 --regions eu-west-1 --all-nodes --waves 1,10%,100% \\
    --max-errors 0 -- 'systemctl restart nginx && systemctl is-active nginx'`,
    )
    .action(async (command: string[], flags: Flags) => {
      cli.ends(await dispatch(cli, flags, command));
    });
};

async function dispatch(cli: Cli, given: Flags, command: readonly string[]): Promise<Exit> {
  const flags = given.request === undefined ? await completed(cli, given) : given;
  const file = flags.request !== undefined ? await readRequest(flags.request) : undefined;
  if (file && (command.length > 0 || flags.script))
    throw new CliError('give --request, --script or a command, not several', EXIT.request);
  if (!file && !flags.script && command.length === 0)
    throw new CliError(
      'nothing to run: give a command after --, --script or --request',
      EXIT.request,
    );
  if (file) refuseBeside(flags);
  checkName(flags.name);
  const script = flags.script === undefined ? undefined : await readScript(flags.script);
  // What is wrong with it is said before anything is asked of AWS.
  if (!file) parseRequest(requestFrom(flags, command, 'caller', script));
  const hub = await cli.hub();
  const caller = requesterOf(hub.caller);
  return started(
    cli,
    hub,
    flags,
    file ? stated(file, caller, flags.plan) : requestFrom(flags, command, caller, script),
  );
}

/** The caller's name as a SourceIdentity. */
export const requesterOf = (caller: string): string =>
  caller.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);

export async function started(
  cli: Cli,
  hub: Hub,
  flags: Pick<Flags, 'name' | 'detach'>,
  request: StartInput,
): Promise<Exit> {
  const id = flags.name ?? `fw-${randomBytes(6).toString('hex')}`;
  await hub.start(id, request);
  cli.print(cli.json() ? JSON.stringify({ event: 'started', dispatch: id }) : `Dispatch ${id}`);
  if (flags.detach) return EXIT.succeeded;
  return follow(cli, hub, id);
}

function stated(file: Start, caller: string, plan = false): StartInput {
  const request = { ...file, ...(file.requester === 'unstated' && { requester: caller }) };
  if (!plan) return request;
  if ('plan' in request)
    throw new CliError('--plan: the file runs a plan; a plan cannot be planned', EXIT.request);
  return { ...request, mode: 'plan' };
}

export function checkName(name: string | undefined): void {
  if (name !== undefined && !DispatchId.safeParse(name).success)
    throw new CliError(
      `--name "${name}": expected 2 to 64 characters out of A-Z a-z 0-9 _ -`,
      EXIT.request,
    );
}

/** What the settings say where the flags do not. */
async function completed(cli: Cli, flags: Flags): Promise<Flags> {
  const { regions, requester } = await cli.settings(flags);
  return {
    ...flags,
    ...(regions && { regions: regions.value }),
    ...(requester && { requester: requester.value }),
  };
}

/** What the file states is not stated a second time by flags, and never ignored. */
function refuseBeside(flags: Flags): void {
  const { request: _file, name: _name, detach: _detach, plan: _plan, ...others } = flags;
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  if (given.length > 0)
    throw new CliError(
      `beside --request these flags say nothing: ${given.map(([name]) => name).join(', ')}; put them into the file`,
      EXIT.request,
    );
}
