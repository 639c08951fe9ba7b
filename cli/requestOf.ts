/** What `run` and `plan` are given → what is started, checked before anything is asked of AWS. */
import type { ActionInput } from '../contract/actions.ts';
import { parseRequest, type Start, type StartInput } from '../contract/request.ts';
import type { Cli } from './command.ts';
import { type CopyFlags, copyAction, nodeCopy, withLocal } from './copy.ts';
import type { RequestOf, StartFlags } from './dispatch.ts';
import { CliError, EXIT } from './exit.ts';
import type { Hub } from './hub.ts';
import { readRequest } from './requestFile.ts';
import { requestFrom, type RunFlags } from './requests.ts';
import { readScript } from './script.ts';

export type Flags = RunFlags &
  StartFlags &
  Partial<CopyFlags> & {
    readonly request?: string;
    readonly script?: string;
    readonly plan?: boolean;
  };

export async function requestOf(
  cli: Cli,
  flags: Flags,
  command: readonly string[],
): Promise<RequestOf> {
  oneWay(flags, command);
  if (flags.request !== undefined) {
    refuseBeside(flags);
    const file = await readRequest(flags.request);
    return (_hub, caller) => Promise.resolve(statedBy(file, caller));
  }
  refuseIdle(flags);
  const whole = await completed(cli, flags);
  const { copy } = whole;
  if (copy === undefined) return fromFlags(whole, command);
  const stated = nodeCopy({ ...whole, copy });
  if (!stated && whole.directory)
    throw new CliError('--directory is for what a node has: here it is seen', EXIT.request);
  return stated ? fromFlags(whole, [], stated) : fromCopy({ ...whole, copy });
}

async function fromFlags(
  flags: Flags,
  command: readonly string[],
  copy?: ActionInput,
): Promise<RequestOf> {
  const script = flags.script === undefined ? undefined : await readScript(flags.script);
  const request = (caller: string) => requestFrom(flags, command, caller, script, copy);
  parseRequest(request('caller'));
  return (_hub, caller) => Promise.resolve(request(caller));
}

async function fromCopy(flags: Flags & CopyFlags): Promise<RequestOf> {
  const request = (caller: string, copy: ActionInput) =>
    requestFrom(flags, [], caller, undefined, copy);
  await withLocal(flags.copy, async (local, directory) =>
    parseRequest(request('caller', await copyAction(flags, local, directory, 's3://upload/it'))),
  );
  return async (hub, caller) => request(caller, await uploaded(hub, flags));
}

const uploaded = (hub: Hub, flags: CopyFlags): Promise<ActionInput> =>
  withLocal(flags.copy, async (file, directory) =>
    copyAction(flags, file, directory, flags.delivery === 'inline' ? '' : await hub.upload(file)),
  );

const statedBy = (file: Start, caller: string): StartInput => ({
  ...file,
  ...(file.requester === 'unstated' && { requester: caller }),
});

/** Exactly one thing is run, and what says nothing beside it is refused. */
function oneWay(flags: Flags, command: readonly string[]): void {
  const { request, copy, fetch, script, document } = flags;
  const ways = { request, copy, fetch, script, document };
  const given = Object.entries(ways).flatMap(([way, value]) =>
    value === undefined ? [] : [`--${way}`],
  );
  // The words after -- are the script's arguments.
  if (command.length > 0 && script === undefined) given.push('a command');
  if (given.length > 1)
    throw new CliError(`give one of them, not several: ${given.join(', ')}`, EXIT.request);
  if (given.length === 0)
    throw new CliError(
      'nothing to run: give a command after --, or --script, --copy, --fetch, --document or --request',
      EXIT.request,
    );
}

/** Flags that belong to one way of saying what is to run. */
const BELONG = {
  script: ['interpreter', 'env'],
  copy: ['owner', 'mode', 'directory'],
  fetch: ['maxBytes'],
  document: ['documentVersion', 'parameter'],
} as const;

/** Nothing that was typed is ignored. */
function refuseIdle(flags: Flags): void {
  for (const [way, names] of Object.entries(BELONG))
    for (const name of names)
      if (flags[name] !== undefined && !(way in flags))
        throw new CliError(`--${dashed(name)} says nothing without --${way}`, EXIT.request);
  const { windows, workingDirectory, delivery, script, copy, fetch, document } = flags;
  if (delivery !== undefined && (script ?? copy) === undefined)
    throw new CliError('--delivery says nothing without --script or --copy', EXIT.request);
  if (flags.keepBraces && (script ?? copy ?? document) !== undefined)
    throw new CliError('--keep-braces is for a command after --', EXIT.request);
  if (windows && (script ?? copy ?? fetch ?? document) !== undefined)
    throw new CliError('--windows is for a command after --', EXIT.request);
  if ((flags.runAs ?? flags.secret) !== undefined && (copy ?? fetch ?? document) !== undefined)
    throw new CliError('--run-as and --secret are for commands and scripts', EXIT.request);
  if (workingDirectory !== undefined && (copy ?? fetch ?? document) !== undefined)
    throw new CliError('--working-directory is for commands and scripts', EXIT.request);
}

const dashed = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

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
  const { request: _r, name: _n, detach: _d, yes: _y, plan: _p, ...others } = flags;
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  if (given.length > 0)
    throw new CliError(
      `beside --request these flags say nothing: ${given.map(([name]) => name).join(', ')}; put them into the file`,
      EXIT.request,
    );
}
