/** Flags → request. Pure: what a person typed in, what the state machine is started with out. */
import type { RequestInput } from '../contract/request.ts';
import { CliError, EXIT } from './exit.ts';

export interface RunFlags {
  readonly accounts?: string;
  readonly regions?: string;
  readonly tag?: readonly string[];
  readonly instanceId?: readonly string[];
  readonly allNodes?: boolean;
  readonly waves?: string;
  readonly maxErrors?: string;
  readonly maxConcurrency?: string;
  readonly maxNodes?: string;
  readonly deliveryTimeout?: string;
  readonly executionTimeout?: string;
  readonly workingDirectory?: string;
  readonly requester?: string;
  readonly plan?: boolean;
}

/** The request that the flags mean; whatever is wrong with its values, the schema says. */
export function requestFrom(
  flags: RunFlags,
  command: readonly string[],
  caller: string,
): RequestInput {
  return {
    action: {
      type: 'command',
      linux: [command.length === 1 ? (command[0] ?? '') : command.map(quoted).join(' ')],
      ...(flags.workingDirectory !== undefined && { workingDirectory: flags.workingDirectory }),
    },
    targets: {
      accounts: list(flags.accounts),
      regions: list(flags.regions),
      ...(flags.instanceId && { instanceIds: flags.instanceId.flatMap(list) }),
      ...(flags.tag && { tags: tagsFrom(flags.tag) }),
      ...(flags.allNodes && { allNodes: true }),
    },
    requester: flags.requester ?? caller,
    ...(flags.plan && { mode: 'plan' }),
    ...(flags.waves !== undefined && { waves: list(flags.waves) }),
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

const list = (text = ''): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function numberFrom(flag: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new CliError(`${flag} "${text}": expected a whole number`, EXIT.request);
}

function tagsFrom(flags: readonly string[]): Record<string, string[]> {
  const tags: Record<string, string[]> = {};
  for (const flag of flags) {
    const at = flag.indexOf('=');
    if (at < 1)
      throw new CliError(`--tag "${flag}": expected Key=value or Key=value1,value2`, EXIT.request);
    const key = flag.slice(0, at);
    (tags[key] ??= []).push(...list(flag.slice(at + 1)));
  }
  return tags;
}

/** Several words after `--` are one command of these words, so the node's shell must not split them again. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
