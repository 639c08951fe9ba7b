/** Flags → request. Pure: what a person typed in, what the state machine is started with out. */
import type { ActionInput } from '../contract/actions.ts';
import type { RequestInput } from '../contract/request.ts';
import { CliError, EXIT } from './exit.ts';
import type { TargetFlags } from './flags.ts';
import type { LocalScript } from './script.ts';

export interface RunFlags extends TargetFlags {
  readonly waves?: string;
  readonly maxErrors?: string;
  readonly maxConcurrency?: string;
  readonly maxNodes?: string;
  readonly deliveryTimeout?: string;
  readonly executionTimeout?: string;
  readonly workingDirectory?: string;
  readonly interpreter?: string;
  readonly env?: readonly string[];
  readonly delivery?: string;
  readonly requester?: string;
  readonly plan?: boolean;
}

/** The request that the flags mean; whatever is wrong with its values, the schema says. */
export function requestFrom(
  flags: RunFlags,
  command: readonly string[],
  caller: string,
  script?: LocalScript,
  copy?: ActionInput,
): RequestInput {
  return {
    action: copy ?? (script ? scriptAction(flags, script, command) : commandAction(flags, command)),
    targets: targetsFrom(flags),
    requester: flags.requester ?? caller,
    ...(flags.plan && { mode: 'plan' }),
    ...(flags.waves !== undefined && { waves: listOf(flags.waves) }),
    ...(flags.maxErrors !== undefined && { errorBudget: flags.maxErrors }),
    ...(flags.maxConcurrency !== undefined && { maxConcurrency: flags.maxConcurrency }),
    ...(flags.maxNodes !== undefined && { maxNodes: numberFrom('--max-nodes', flags.maxNodes) }),
    timeouts: {
      ...(flags.deliveryTimeout !== undefined && {
        deliverySeconds: numberFrom('--delivery-timeout', flags.deliveryTimeout),
      }),
      ...(flags.executionTimeout !== undefined && {
        executionSeconds: numberFrom('--execution-timeout', flags.executionTimeout),
      }),
    },
  };
}

/** Which nodes: as typed, for the schema to judge. */
export const targetsFrom = (flags: TargetFlags): RequestInput['targets'] => ({
  accounts: listOf(flags.accounts),
  regions: listOf(flags.regions),
  ...(flags.accountTag && { accountTags: tagsFrom('--account-tag', flags.accountTag) }),
  ...(flags.excludeAccounts !== undefined && { excludeAccounts: listOf(flags.excludeAccounts) }),
  ...(flags.instanceId && { instanceIds: flags.instanceId.flatMap(listOf) }),
  ...(flags.tag && { tags: tagsFrom('--tag', flags.tag) }),
  ...(flags.allNodes && { allNodes: true }),
});

const commandAction = (flags: RunFlags, command: readonly string[]) => ({
  type: 'command' as const,
  linux: [command.length === 1 ? (command[0] ?? '') : command.map(quoted).join(' ')],
  ...(flags.workingDirectory && { workingDirectory: flags.workingDirectory }),
});

/** What stands after `--` are the script's arguments, each as it is. */
const scriptAction = (flags: RunFlags, script: LocalScript, words: readonly string[]) => ({
  type: 'script' as const,
  ...script,
  arguments: [...words],
  ...(flags.env && { environment: Object.fromEntries(flags.env.map(variable)) }),
  ...(flags.interpreter && { interpreter: flags.interpreter }),
  ...(flags.workingDirectory && { workingDirectory: flags.workingDirectory }),
  ...(flags.delivery && { delivery: deliveryOf(flags.delivery) }),
});

function deliveryOf(text: string): 's3' | 'inline' {
  if (text === 's3' || text === 'inline') return text;
  throw new CliError(`--delivery "${text}": expected s3 or inline`, EXIT.request);
}

function variable(flag: string): [string, string] {
  const at = flag.indexOf('=');
  if (at < 1) throw new CliError(`--env "${flag}": expected NAME=value`, EXIT.request);
  return [flag.slice(0, at), flag.slice(at + 1)];
}

/** `a, b` as typed → its items. */
export const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function numberFrom(flag: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new CliError(`${flag} "${text}": expected a whole number`, EXIT.request);
}

function tagsFrom(name: string, flags: readonly string[]): Record<string, string[]> {
  const tags: Record<string, string[]> = {};
  for (const flag of flags) {
    const at = flag.indexOf('=');
    if (at < 1)
      throw new CliError(
        `${name} "${flag}": expected Key=value or Key=value1,value2`,
        EXIT.request,
      );
    const key = flag.slice(0, at);
    (tags[key] ??= []).push(...listOf(flag.slice(at + 1)));
  }
  return tags;
}

/** Several words after `--` are one command of these words, so the node's shell must not split them again. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
