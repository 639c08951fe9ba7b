/**
 * How a script and its data reach a node unharmed. What Systems Manager and the shell get to see is base64;
 * decoded, it is this runner, in which every value stands in single quotes, where sh interprets nothing.
 * The runner verifies the script's SHA-256 before it executes it.
 */
import type { ScriptAction } from '../../../contract/actions/script.ts';
import type { z } from 'zod';

export type Script = z.output<typeof ScriptAction>;

const base64 = (text: string): string => Buffer.from(text, 'utf-8').toString('base64');

/** One word of sh, whatever the value holds; a NUL cannot be and is refused by the schema. */
const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** Code of our own failures: a bad checksum or a tool that is missing. The script has not run then. */
const NOT_RUN = 125;

/** `command -v`, so that the message names the tool and not a line of the runner. */
const NEEDS_BASE64 = `command -v base64 >/dev/null || { echo 'fleetwide: this node has no base64: not executed' >&2; exit ${NOT_RUN}; }`;

/** Runs a decoded text in the shell at hand. It is the last thing in the script that the agent runs. */
const decoded = (text: string): string =>
  `${NEEDS_BASE64}; eval "$(printf %s ${base64(text)} | base64 -d)"`;

/** Through stdin, as sha256sum marks file names with backslashes. macOS has shasum, small systems openssl. */
const DIGEST =
  '{ sha256sum || shasum -a 256 || openssl dgst -sha256 -r; } < "$fleetwide_file" 2>/dev/null | cut -c 1-64';

function start(script: Script, sha256: string): string[] {
  const { interpreter, text } = script;
  const words = [
    ...(interpreter === undefined && text.startsWith('#!') ? [] : [quoted(interpreter ?? 'sh')]),
    '"$fleetwide_file"',
    ...script.arguments.map(quoted),
  ];
  return [
    `fleetwide_say() { printf 'fleetwide: %s: not executed\\n' "$1" >&2; exit ${NOT_RUN}; }`,
    '[ -f "$fleetwide_file" ] || fleetwide_say "$fleetwide_file is not there"',
    `fleetwide_sum=$(${DIGEST})`,
    `[ "$fleetwide_sum" = ${sha256} ] || fleetwide_say "SHA-256 of $fleetwide_file is $fleetwide_sum, expected ${sha256}"`,
    'chmod 700 "$fleetwide_file" || fleetwide_say "$fleetwide_file cannot be made executable"',
    ...(script.workingDirectory === undefined
      ? []
      : [`cd -- ${quoted(script.workingDirectory)} || fleetwide_say 'no working directory'`]),
    // In a shell of its own, so that a PATH of the request is the script's alone.
    '(',
    ...Object.entries(script.environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `exec ${words.join(' ')}`,
    ')',
  ];
}

/** `commandLine` of AWS-RunRemoteScript, which has put the file into the directory that it starts in. */
export const remoteCommandLine = (script: Script, sha256: string): string =>
  decoded([`fleetwide_file=$PWD/${script.name}`, ...start(script, sha256)].join('\n'));

/**
 * `commands` of AWS-RunShellScript: the script travels in them. It is put into a directory of its own, which is
 * gone when the script has ended; the exit code is the script's.
 */
export function inlineCommands(script: Script, sha256: string): string[] {
  const runner = [
    `fleetwide_directory=$(mktemp -d) || { echo 'fleetwide: no temporary directory: not executed' >&2; exit ${NOT_RUN}; }`,
    `trap 'rm -rf "$fleetwide_directory"' EXIT`,
    `fleetwide_file=$fleetwide_directory/${script.name}`,
    '(umask 077; printf %s "$fleetwide_script" | base64 -d > "$fleetwide_file")',
    ...(script.workingDirectory === undefined ? ['cd "$fleetwide_directory"'] : []),
    ...start(script, sha256),
  ];
  return [`fleetwide_script=${base64(script.text)}`, decoded(runner.join('\n'))];
}
