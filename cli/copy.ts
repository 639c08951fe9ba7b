/** A local file or directory → a copy action. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import type { ActionInput } from '../contract/actions.ts';
import { CliError, EXIT } from './exit.ts';

/** What is to be uploaded: a file, or the archive of a directory. */
export interface LocalFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface CopyFlags {
  readonly copy: string;
  readonly owner?: string;
  readonly mode?: string;
  readonly delivery?: string;
  readonly directory?: boolean;
}

/** `<local>:<remote>`: the remote side is an absolute path of Linux or Windows. */
const PAIR = /^(.+?):(~?\/.*|[A-Za-z]:[\\/].*)$/s;

export function pairOf(flag: string): { readonly from: string; readonly to: string } {
  const [, from, to] = PAIR.exec(flag) ?? [];
  if (from === undefined || to === undefined)
    throw new CliError(
      `--copy "${flag}": expected file:/path/on/the/node, or file:C:\\path\\on\\the\\node`,
      EXIT.request,
    );
  return { from, to };
}

/** `<node>:<path there>:<path on the others>`. */
const FROM_NODE =
  /^(i-[0-9a-f]{8,17}|mi-[0-9a-f]{17}):(~?\/.*?|[A-Za-z]:[\\/].*?):(~?\/.*|[A-Za-z]:[\\/].*)$/s;

/** What a node has, for the others; undefined where it is a file of this computer. */
export function nodeCopy(flags: CopyFlags): ActionInput | undefined {
  const [, id, path, to] = FROM_NODE.exec(flags.copy) ?? [];
  if (id === undefined || path === undefined || to === undefined) return undefined;
  return {
    type: 'copy',
    node: { id, path },
    ...(flags.directory && { directory: true }),
    ...destination(flags, to),
    ...(flags.delivery === 'inline' && { delivery: 'inline' }),
  };
}

function destination({ owner, mode }: CopyFlags, to: string) {
  const place = { path: to, ...(owner !== undefined && { owner }) };
  if (mode !== undefined && !isPosix(to))
    throw new CliError('--mode is for Linux and macOS', EXIT.request);
  return isPosix(to)
    ? { linux: { ...place, ...(mode !== undefined && { mode }) } }
    : { windows: place };
}

/** Hands the file or archive to `work`; what was made for it is gone afterwards. */
export async function withLocal<T>(
  flag: string,
  work: (file: LocalFile, directory: boolean) => Promise<T>,
): Promise<T> {
  const { from } = pairOf(flag);
  const found = await stat(from).catch((error: unknown) => {
    throw new CliError(`cannot read ${from}: ${String(error)}`, EXIT.request);
  });
  if (!found.isDirectory()) return work(await described(from, basename(from)), false);
  const scratch = await mkdtemp(join(tmpdir(), 'fleetwide-'));
  try {
    const name = `${basename(resolve(from))}.tar.gz`;
    const path = join(scratch, 'archive');
    await archive(from, path);
    return await work(await described(path, name), true);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The same files make the same bytes, whenever and wherever: so it is uploaded once. */
async function archive(directory: string, file: string): Promise<void> {
  const entries = (await readdir(directory, { recursive: true }))
    .map((entry) => entry.replaceAll('\\', '/'))
    .toSorted();
  if (entries.length === 0) throw new CliError(`${directory} is empty`, EXIT.request);
  await create(
    { cwd: directory, file, gzip: true, portable: true, mtime: new Date(0), noDirRecurse: true },
    entries.map((entry) => `./${entry}`),
  );
}

async function described(path: string, name: string): Promise<LocalFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(path), async (pieces: AsyncIterable<Uint8Array>) => {
    for await (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
    }
  });
  const fileName = name
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^[.-]/, '_')
    .slice(-100);
  return { path, name: fileName, bytes, sha256: hash.digest('hex') };
}

const isPosix = (path: string): boolean => /^~?\//.test(path);

/** @param uri where the content lies in S3, unless it travels in the request */
export async function copyAction(
  flags: CopyFlags,
  file: LocalFile,
  directory: boolean,
  uri: string,
): Promise<ActionInput> {
  const { to } = pairOf(flags.copy);
  const inline = flags.delivery === 'inline';
  return {
    type: 'copy',
    name: file.name,
    ...(directory && { directory }),
    ...destination(flags, to),
    ...(inline
      ? { delivery: 'inline' as const, base64: (await readFile(file.path)).toString('base64') }
      : { object: { uri, sha256: file.sha256 } }),
  };
}
