import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DispatchId } from '../contract/primitives.ts';
import { parseRequest, type Request } from '../contract/request.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import { follow, type Print } from './follow.ts';
import { connect } from './hub.ts';
import { type RunFlags, requestFrom } from './requests.ts';
import { readScript } from './script.ts';

type Flags = RunFlags & { request?: string; script?: string; name?: string; detach?: boolean };

export async function run(
  options: { region?: string; profile?: string },
  flags: Flags,
  command: readonly string[],
  print: Print,
): Promise<Exit> {
  const file = flags.request !== undefined ? await readRequest(flags.request) : undefined;
  if (file && (command.length > 0 || flags.script))
    throw new CliError('give --request, --script or a command, not several', EXIT.request);
  if (!file && !flags.script && command.length === 0)
    throw new CliError(
      'nothing to run: give a command after --, --script or --request',
      EXIT.request,
    );
  if (file) refuseBeside(flags);
  if (flags.name !== undefined && !DispatchId.safeParse(flags.name).success)
    throw new CliError(
      `--name "${flags.name}": expected 2 to 64 characters out of A-Z a-z 0-9 _ -`,
      EXIT.request,
    );
  const script = flags.script === undefined ? undefined : await readScript(flags.script);
  // What is wrong with it is said before anything is asked of AWS.
  if (!file) parseRequest(requestFrom(flags, command, 'caller', script));
  const hub = await connect(options);
  const caller = hub.caller.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
  const request = file
    ? {
        ...file,
        ...(file.requester === 'unstated' && { requester: caller }),
        ...(flags.plan && { mode: 'plan' as const }),
      }
    : requestFrom(flags, command, caller, script);
  const id = flags.name ?? `fw-${randomBytes(6).toString('hex')}`;
  await hub.start(id, request);
  print(`Dispatch ${id}`);
  if (flags.detach) return EXIT.succeeded;
  return follow(hub, id, print);
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

async function readRequest(path: string): Promise<Request> {
  const text = await readFile(path, 'utf-8').catch((error: unknown) => {
    throw new CliError(`cannot read ${path}: ${String(error)}`, EXIT.request);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CliError(`${path} is not JSON: ${String(error)}`, EXIT.request);
  }
  return parseRequest(value);
}
