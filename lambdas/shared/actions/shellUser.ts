/** Running as another user of a Linux or macOS node. */
import type { Program } from './program.ts';
import { quoted } from './shell.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The script's file becomes the user's, in a directory that nobody else may enter. */
export const handOver = (user: string, name: string): string[] => [
  `id -u ${quoted(user)} >/dev/null 2>&1 || fleetwide_say ${quoted(`this node has no user ${user}`)}`,
  'command -v runuser >/dev/null || command -v sudo >/dev/null || fleetwide_say "another user takes runuser or sudo, and this node has neither"',
  'fleetwide_directory=${fleetwide_directory:-$(mktemp -d)} && trap \'rm -rf "$fleetwide_directory"\' EXIT || fleetwide_say "there is no temporary directory"',
  `[ "$fleetwide_file" = "$fleetwide_directory/${name}" ] || cp "$fleetwide_file" "$fleetwide_directory/${name}" || fleetwide_say 'the script cannot be copied'`,
  `fleetwide_file=$fleetwide_directory/${name}`,
  `chmod 700 "$fleetwide_directory" && chown -R ${quoted(user)} "$fleetwide_directory" || fleetwide_say ${quoted(`the script cannot be given to ${user}`)}`,
  // Of the shell's own knowledge of users, as macOS has no getent.
  `fleetwide_home=$(eval echo ~${user})`,
];

/**
 * Nothing of the agent's environment gets through. Names come from lines of `env`, some of which may be the
 * inside of a value: what is no variable, or cannot go, is passed over.
 */
export const cleanEnvironment = (user: string): string[] => [
  'for fleetwide_name in $(env | sed -n \'s/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p\'); do (unset "$fleetwide_name") 2>/dev/null && unset "$fleetwide_name"; done',
  `export PATH=${PATH} HOME="$fleetwide_home" USER=${quoted(user)} LOGNAME=${quoted(user)} SHELL=/bin/sh`,
];

/** Puts what changes the user before the words in "$@"; the environment goes through, unseen by `ps`. */
export function asUser(user: string, program: Pick<Program, 'environment' | 'secrets'>): string {
  const names = [...Object.keys(program.environment), ...Object.keys(program.secrets)];
  const keep = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', ...names].join(',');
  return `if command -v runuser >/dev/null; then set -- runuser -u ${quoted(user)} -- "$@"; else set -- sudo -n --preserve-env=${keep} -u ${quoted(user)} -- "$@"; fi`;
}
