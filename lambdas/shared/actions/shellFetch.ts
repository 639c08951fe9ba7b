/**
 * Writes a file, or a directory as one archive, of a Linux or macOS node to stdout, all bytes as they are: the
 * agent uploads that whole. What was read is said on stderr, for Collect to hold against what arrives.
 */
import { digest, OWN_DIRECTORY, pathOf, saying } from './shell.ts';

export interface Fetching {
  readonly path: string;
  readonly maxBytes: number;
  /** What it must be; absent: either. */
  readonly kind?: 'file' | 'directory' | undefined;
}

export const shellFetch = ({ path, maxBytes, kind }: Fetching): string[] => [
  saying('fetched'),
  `fleetwide_from=${pathOf(path)}`,
  '[ -e "$fleetwide_from" ] || fleetwide_say "$fleetwide_from is not there"',
  ...(kind === undefined ? [] : [`${KIND[kind]} || fleetwide_say "$fleetwide_from is no ${kind}"`]),
  'if [ -d "$fleetwide_from" ]; then',
  ...archived(maxBytes),
  'else',
  '[ -f "$fleetwide_from" ] || fleetwide_say "$fleetwide_from is neither a file nor a directory"',
  '[ -r "$fleetwide_from" ] || fleetwide_say "$fleetwide_from cannot be read"',
  'fleetwide_kind=file fleetwide_read=$fleetwide_from',
  'fi',
  'fleetwide_bytes=$(($(wc -c < "$fleetwide_read")))',
  `[ "$fleetwide_bytes" -le ${maxBytes} ] || fleetwide_say "$fleetwide_from has $fleetwide_bytes bytes, more than the ${maxBytes} of maxBytes"`,
  // As much as there was: a log that grows meanwhile does not make it another file.
  'fleetwide_head() { [ "$fleetwide_bytes" -eq 0 ] || head -c "$fleetwide_bytes" < "$fleetwide_read"; }',
  `fleetwide_sum=$(fleetwide_head | ${digest('')})`,
  '[ -n "$fleetwide_sum" ] || fleetwide_say "this node has no sha256sum, shasum or openssl"',
  'fleetwide_head || fleetwide_say "$fleetwide_from cannot be read"',
  `printf 'fleetwide: fetched a %s of %s bytes, SHA-256 %s\\n' "$fleetwide_kind" "$fleetwide_bytes" "$fleetwide_sum" >&2`,
];

const KIND = {
  file: '[ ! -d "$fleetwide_from" ]',
  directory: '[ -d "$fleetwide_from" ]',
} as const;

/** Not more than a byte beyond the limit is written, however large the directory is. */
const archived = (maxBytes: number): string[] => [
  "command -v tar >/dev/null || fleetwide_say 'this node has no tar'",
  ...OWN_DIRECTORY,
  'fleetwide_kind=directory fleetwide_read=$fleetwide_directory/archive',
  `{ tar -c -z -f - -C "$fleetwide_from" . 2>"$fleetwide_directory/said"; echo $? >"$fleetwide_directory/code"; } | head -c ${maxBytes + 1} >"$fleetwide_read"`,
  `[ "$(($(wc -c < "$fleetwide_read")))" -le ${maxBytes} ] || fleetwide_say "the archive of $fleetwide_from has more than the ${maxBytes} bytes of maxBytes"`,
  'head -c 4000 "$fleetwide_directory/said" >&2',
  'fleetwide_code=$(cat "$fleetwide_directory/code")',
  // GNU tar ends with 1 when a file changed while it was read, as logs do: the archive is whole.
  '[ "$fleetwide_code" = 1 ] && tar --version 2>/dev/null | grep -q GNU && fleetwide_code=0',
  '[ "$fleetwide_code" = 0 ] || fleetwide_say "$fleetwide_from cannot be archived"',
];
