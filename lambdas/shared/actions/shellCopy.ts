/** Puts the file that came with the command into its place on a Linux or macOS node. */
import { digestOf, pathOf, quoted, verified } from './shell.ts';

export interface Destination {
  readonly path: string;
  readonly owner?: string | undefined;
  readonly mode?: string | undefined;
  /** The file is an archive, the path a directory. */
  readonly directory: boolean;
  readonly sha256: string;
}

export const shellCopy = (to: Destination): string[] => [
  ...verified(to.sha256),
  `fleetwide_to=${pathOf(to.path)}`,
  'fleetwide_in=$(dirname -- "$fleetwide_to"; printf x) && fleetwide_in=${fleetwide_in%?x}',
  'mkdir -p -- "$fleetwide_in" || fleetwide_say "there is no directory $fleetwide_in"',
  ...(to.directory ? unpackedBeside(to) : writtenBeside(to)),
  'rm -f "$fleetwide_file"',
  `printf '%s\\n' "$fleetwide_to"`,
];

/** What is made beside the destination is gone at the end, however it ends; so is the directory of our own. */
const cleaned = (making: string) => [
  `fleetwide_new=$(${making} "$fleetwide_in/.fleetwide-XXXXXX") || fleetwide_say "nothing can be made in $fleetwide_in"`,
  'trap \'rm -rf "$fleetwide_new" ${fleetwide_directory:+"$fleetwide_directory"}\' EXIT',
];

const writtenBeside = ({ owner, mode, sha256 }: Destination): string[] => [
  '[ ! -d "$fleetwide_to" ] || fleetwide_say "$fleetwide_to is a directory"',
  ...cleaned('mktemp'),
  // Owner, mode and the rest of what it replaces; a new file is for all to read.
  'if [ -f "$fleetwide_to" ]; then cp -p -- "$fleetwide_to" "$fleetwide_new"; else chmod 644 "$fleetwide_new"; fi || fleetwide_say "$fleetwide_to cannot be replaced"',
  'cat < "$fleetwide_file" > "$fleetwide_new" || fleetwide_say "$fleetwide_new cannot be written"',
  ...(owner === undefined
    ? []
    : [
        `chown ${quoted(owner)} "$fleetwide_new" || fleetwide_say ${quoted(`it cannot be given to ${owner}`)}`,
      ]),
  ...(mode === undefined
    ? []
    : [`chmod ${mode} "$fleetwide_new" || fleetwide_say 'its mode cannot be set'`]),
  `[ "$(${digestOf('"$fleetwide_new"')})" = ${sha256} ] || fleetwide_say "what was written to $fleetwide_new is not what came"`,
  'mv -f -- "$fleetwide_new" "$fleetwide_to" || fleetwide_say "$fleetwide_to cannot be replaced"',
];

const unpackedBeside = ({ owner }: Destination): string[] => [
  "command -v tar >/dev/null || fleetwide_say 'this node has no tar'",
  '[ -d "$fleetwide_to" ] || [ ! -e "$fleetwide_to" ] && [ ! -L "$fleetwide_to" ] || fleetwide_say "$fleetwide_to is there and no directory"',
  ...cleaned('mktemp -d'),
  'mkdir "$fleetwide_new/new" && tar -x -z -o -f "$fleetwide_file" -C "$fleetwide_new/new" || fleetwide_say "the archive cannot be unpacked"',
  ...(owner === undefined
    ? []
    : [
        `chown -R ${quoted(owner)} "$fleetwide_new/new" || fleetwide_say ${quoted(`it cannot be given to ${owner}`)}`,
      ]),
  'if [ -d "$fleetwide_to" ]; then mv -- "$fleetwide_to" "$fleetwide_new/old" || fleetwide_say "$fleetwide_to cannot be replaced"; fi',
  'mv -- "$fleetwide_new/new" "$fleetwide_to" || { [ ! -d "$fleetwide_new/old" ] || mv -- "$fleetwide_new/old" "$fleetwide_to"; fleetwide_say "$fleetwide_to cannot be replaced"; }',
];
