/** Flags → request. Pure: what a person typed in, what the state machine is started with out. */
import type { ActionInput } from '../contract/actions.ts';
import type { RunAs } from '../contract/actions/runAs.ts';
import type { SecretReference } from '../contract/actions/secrets.ts';
import type { RequestInput } from '../contract/request.ts';
import { TOLERABLE } from '../contract/rollout.ts';
import { PINGS, PLATFORMS } from '../contract/targets.ts';
import { CliError, EXIT } from './exit.ts';
import type { ActionFlags, RolloutFlags, TargetFlags } from './flags.ts';
import type { LocalScript } from './script.ts';

export type RunFlags = TargetFlags & ActionFlags & RolloutFlags & { readonly plan?: boolean };

/** The request that the flags mean; whatever is wrong with its values, the schema says. */
export function requestFrom(
  flags: RunFlags,
  command: readonly string[],
  caller: string,
  script?: LocalScript,
  copy?: ActionInput,
): RequestInput {
  return {
    action: copy ?? actionFrom(flags, command, script),
    targets: targetsFrom(flags),
    requester: flags.requester ?? caller,
    ...(flags.plan && { mode: 'plan' }),
    ...(flags.output && { output: flags.output }),
    ...(flags.waves !== undefined && { waves: listOf(flags.waves) }),
    ...(flags.maxErrors !== undefined && { errorBudget: flags.maxErrors }),
    ...(flags.maxConcurrency !== undefined && { maxConcurrency: flags.maxConcurrency }),
    ...(flags.maxNodes !== undefined && { maxNodes: numberFrom('--max-nodes', flags.maxNodes) }),
    ...rolloutFrom(flags),
    timeouts: {
      ...(flags.deliveryTimeout !== undefined && {
        deliverySeconds: numberFrom('--delivery-timeout', flags.deliveryTimeout),
      }),
      ...(flags.executionTimeout !== undefined && {
        executionSeconds: numberFrom('--execution-timeout', flags.executionTimeout),
      }),
      ...(flags.overallTimeout !== undefined && {
        overallSeconds: numberFrom('--overall-timeout', flags.overallTimeout),
      }),
    },
  };
}

/** When the waves go, and what holds them back. */
function rolloutFrom(flags: RolloutFlags): Partial<RequestInput> {
  const { seed, pause, tolerate, startAfter, stopSendingAfter, dedupe } = flags;
  const { approveBefore, approvalExpires } = flags;
  if (approvalExpires !== undefined && approveBefore === undefined)
    throw new CliError('--approval-expires says nothing without --approve-before', EXIT.request);
  return {
    ...(seed !== undefined && { seed }),
    ...(pause !== undefined && { pauseBetween: numberFrom('--pause', pause) }),
    ...(tolerate !== undefined && { tolerate: someOf('--tolerate', TOLERABLE, tolerate) }),
    ...((startAfter ?? stopSendingAfter) !== undefined && {
      window: {
        ...(startAfter !== undefined && { startAfter }),
        ...(stopSendingAfter !== undefined && { stopSendingAfter }),
      },
    }),
    ...(approveBefore !== undefined && {
      approval: {
        before: wavesFrom(approveBefore),
        ...(approvalExpires !== undefined && {
          expiresAfterSeconds: numberFrom('--approval-expires', approvalExpires),
        }),
      },
    }),
    ...(dedupe !== undefined && { dedupe }),
  };
}

const wavesFrom = (text: string): 'first' | 'every' | number[] =>
  text === 'first' || text === 'every'
    ? text
    : listOf(text).map((wave) => numberFrom('--approve-before', wave));

/** `a,b` → each as one of those that there are. */
function someOf<T extends string>(flag: string, all: readonly T[], text: string): T[] {
  return listOf(text).map((item) => {
    const found = all.find((each) => each === item);
    if (found) return found;
    throw new CliError(`${flag} "${item}": expected some of ${all.join(', ')}`, EXIT.request);
  });
}

function sampleFrom({ sample, sampleSeed }: TargetFlags) {
  if (sample === undefined && sampleSeed !== undefined)
    throw new CliError('--sample-seed says nothing without --sample', EXIT.request);
  if (sample === undefined) return {};
  const percent = sample.endsWith('%') && Number(sample.slice(0, -1));
  if (percent !== false && !(percent > 0))
    throw new CliError(`--sample "${sample}": expected a number, or a share like 5%`, EXIT.request);
  return {
    sample: {
      ...(percent === false ? { count: numberFrom('--sample', sample) } : { percent }),
      ...(sampleSeed !== undefined && { seed: sampleSeed }),
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
  ...(flags.resourceGroup !== undefined && { resourceGroup: flags.resourceGroup }),
  ...(flags.allNodes && { allNodes: true }),
  ...(flags.platform !== undefined && {
    platforms: someOf('--platform', PLATFORMS, flags.platform),
  }),
  ...(flags.ping !== undefined && { pingStatus: someOf('--ping', PINGS, flags.ping) }),
  ...(flags.agentAtLeast !== undefined && { agentAtLeast: flags.agentAtLeast }),
  ...sampleFrom(flags),
});

function actionFrom(
  flags: ActionFlags,
  command: readonly string[],
  script: LocalScript | undefined,
): RequestInput['action'] {
  if (script) return scriptAction(flags, script, command);
  if (flags.fetch !== undefined) return fetchAction(flags, flags.fetch);
  return flags.document === undefined
    ? commandAction(flags, command)
    : documentAction(flags, flags.document);
}

function commandAction(flags: ActionFlags, [first = '', ...rest]: readonly string[]) {
  const one = rest.length === 0;
  const line = (quote: (word: string, at: number) => string) =>
    one ? first : [first, ...rest].map(quote).join(' ');
  return {
    type: 'command' as const,
    ...(flags.keepBraces && { braces: 'kept' as const }),
    ...(flags.windows ? { windows: [line(quotedForPowerShell)] } : { linux: [line(quoted)] }),
    ...(flags.workingDirectory && { workingDirectory: flags.workingDirectory }),
    ...privileges(flags),
  };
}

/** A drive letter tells Windows; the words that begin with a slash are paths of the others. */
const fetchAction = ({ maxBytes }: ActionFlags, path: string) => ({
  type: 'fetch' as const,
  ...(/^[A-Za-z]:/.test(path) ? { windows: path } : { linux: path }),
  ...(maxBytes !== undefined && { maxBytes: numberFrom('--max-bytes', maxBytes) }),
});

const documentAction = (flags: ActionFlags, name: string) => ({
  type: 'document' as const,
  name,
  ...(flags.documentVersion !== undefined && { version: flags.documentVersion }),
  ...(flags.parameter && { parameters: parametersFrom(flags.parameter) }),
});

/** A value is one text, commas and all; a name that is repeated has several. */
function parametersFrom(flags: readonly string[]): Record<string, string[]> {
  const parameters: Record<string, string[]> = {};
  for (const flag of flags) {
    const at = flag.indexOf('=');
    if (at < 1) throw new CliError(`--parameter "${flag}": expected name=value`, EXIT.request);
    (parameters[flag.slice(0, at)] ??= []).push(flag.slice(at + 1));
  }
  return parameters;
}

/** What stands after `--` are the script's arguments, each as it is. */
const scriptAction = (flags: ActionFlags, script: LocalScript, words: readonly string[]) => ({
  type: 'script' as const,
  ...script,
  arguments: [...words],
  ...(flags.env && { environment: Object.fromEntries(flags.env.map(variable)) }),
  ...(flags.interpreter && { interpreter: flags.interpreter }),
  ...(flags.workingDirectory && { workingDirectory: flags.workingDirectory }),
  ...(flags.delivery && { delivery: flags.delivery }),
  ...privileges(flags),
});

/** Who it runs as, and what is read for it on the node. */
const privileges = ({ runAs, secret }: ActionFlags) => ({
  ...(runAs !== undefined && { runAs: userFrom(runAs) }),
  ...(secret && { secrets: Object.fromEntries(secret.map(secretFrom)) }),
});

function userFrom(flag: string): RunAs {
  const at = flag.indexOf('=');
  if (at < 0 && !flag.includes('\\')) return { linux: flag };
  if (at < 1)
    throw new CliError(
      `--run-as "${flag}": a user of Windows needs a password; say where it is kept: DOMAIN\\user=ssm:/name`,
      EXIT.request,
    );
  return {
    windows: {
      user: flag.slice(0, at),
      password: placeFrom(`--run-as "${flag.slice(0, at)}"`, flag.slice(at + 1)),
    },
  };
}

function secretFrom(flag: string): [string, SecretReference] {
  const at = flag.indexOf('=');
  if (at < 1)
    throw new CliError(
      '--secret: expected NAME=ssm:/name or NAME=secretsmanager:name',
      EXIT.request,
    );
  const name = flag.slice(0, at);
  return [name, placeFrom(`--secret ${name}`, flag.slice(at + 1))];
}

/** What is no place may be the secret itself: it is not repeated. */
function placeFrom(what: string, text: string): SecretReference {
  const [, kind, name = ''] = /^(ssm|secretsmanager):(.+)$/s.exec(text) ?? [];
  if (kind === undefined)
    throw new CliError(
      `${what}: expected ssm:/name or secretsmanager:name, the place and not the secret`,
      EXIT.request,
    );
  return kind === 'ssm' ? { parameter: name } : { secret: name };
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

/** The first word is called: `&` runs it even where it has to be quoted. */
const quotedForPowerShell = (word: string, at: number): string => {
  const plain = /^[\w./\\:-]+$/.test(word);
  const text = plain ? word : `'${word.replaceAll("'", "''")}'`;
  return at === 0 && !plain ? `& ${text}` : text;
};
