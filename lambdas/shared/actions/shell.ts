/** Text for sh in which data stays data, however it was written. */
import { NOT_RUN } from './program.ts';

export const base64 = (text: string): string => Buffer.from(text, 'utf-8').toString('base64');

/** One word of sh, whatever the value holds; a NUL cannot be and is refused by the schema. */
export const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** A path, of which `~/` is the home of whoever runs this; services may have no HOME. */
export const pathOf = (path: string): string =>
  path.startsWith('~/')
    ? `"\${HOME:-$(eval echo "~$(id -un)")}"${quoted(path.slice(1))}`
    : quoted(path);

/** `command -v`, so that the message names the tool and not a line of the runner. */
const NEEDS_BASE64 = `command -v base64 >/dev/null || { echo 'fleetwide: this node has no base64: not executed' >&2; exit ${NOT_RUN}; }`;

/** Runs a decoded text in the shell at hand. It is the last thing in the script that the agent runs. */
export const decoded = (text: string): string =>
  `${NEEDS_BASE64}; eval "$(printf %s ${base64(text)} | base64 -d)"`;

/** Through stdin, as sha256sum marks file names with backslashes. macOS has shasum, small systems openssl. */
export const digestOf = (file: string): string => digest(`< ${file} `);

/** Of what comes through the pipe where no file is given. */
export const digest = (from: string): string =>
  `{ sha256sum || shasum -a 256 || openssl dgst -sha256 -r; } ${from}2>/dev/null | cut -c 1-64`;

/** Ends with a sentence about what was not done. */
export const saying = (done: string): string =>
  `fleetwide_say() { printf 'fleetwide: %s: not ${done}\\n' "$1" >&2; exit ${NOT_RUN}; }`;
export const SAY = saying('executed');

/** The file that came with the command is the one that was meant. */
export const verified = (sha256: string): string[] => [
  '[ -f "$fleetwide_file" ] || fleetwide_say "$fleetwide_file is not there"',
  `fleetwide_sum=$(${digestOf('"$fleetwide_file"')})`,
  `[ "$fleetwide_sum" = ${sha256} ] || fleetwide_say "SHA-256 of $fleetwide_file is $fleetwide_sum, expected ${sha256}"`,
];

/** A directory of its own, which is gone when the command has ended. */
export const OWN_DIRECTORY = [
  `fleetwide_directory=$(mktemp -d) || { echo 'fleetwide: no temporary directory: not executed' >&2; exit ${NOT_RUN}; }`,
  `trap 'rm -rf "$fleetwide_directory"' EXIT`,
];

/** `commands` of AWS-RunShellScript: the content of a file travels in them, as base64. */
export const withContent = (contentBase64: string, runner: readonly string[]): string[] => [
  `fleetwide_content=${contentBase64}`,
  decoded(runner.join('\n')),
];

export const unpacked = (name: string): string[] => [
  ...OWN_DIRECTORY,
  `fleetwide_file=$fleetwide_directory/${name}`,
  '(umask 077; printf %s "$fleetwide_content" | base64 -d > "$fleetwide_file")',
];
