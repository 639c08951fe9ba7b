/**
 * What was fetched from a node: its stdout, as the agent uploaded it, copied within S3 to where the hub keeps it
 * and held against the size and SHA-256 that the node stated on stderr.
 */
import { createHash } from 'node:crypto';
import { fetchedName } from '../../contract/actions/copy.ts';
import { keys } from '../../contract/names.ts';
import type { FetchedFile, ProgressShard, Reason, Row, Stream } from '../../contract/stored.ts';
import { uploadIn } from './fromBucket.ts';
import type { Sources, Whose } from './streams.ts';
import type { Told } from './told.ts';

export interface Fetched extends Pick<Row, 'stderr'> {
  readonly file?: FetchedFile;
  /** Why there is none. */
  readonly reason?: Reason;
}

const STATED =
  /^fleetwide: fetched a (file|directory) of (\d+) bytes, SHA-256 ([0-9a-f]{64})\r?\n?/m;
const REFUSED = /^fleetwide: (.*): not fetched\r?$/m;

export async function fetched(
  sources: Sources,
  whose: Whose,
  from: NonNullable<ProgressShard['fetch']>,
  told: readonly Told[],
): Promise<Fetched> {
  const [step] = told;
  if (!step) return {};
  const said = await stderrOf(sources, whose, step);
  const [line = '', kind, bytes = '', sha256 = ''] = STATED.exec(said.text) ?? [];
  const stderr = streamOf(said, said.text.replace(line, ''));
  if (kind !== 'file' && kind !== 'directory') {
    const why = REFUSED.exec(said.text)?.[1];
    return { stderr, ...(why !== undefined && { reason: { code: 'notFetched', message: why } }) };
  }
  const { of, node } = whose;
  const path = (node.platform === 'Windows' ? from.windows : from.linux) ?? '';
  const key = keys.file(of.dispatch, of.account, of.region, node.id, fetchedName(path, kind));
  const stated = { bytes: Number(bytes), sha256 };
  const arrived = await bring(sources, whose, step, stated.bytes, key);
  if (!arrived) return { stderr, reason: MISSING };
  if (arrived.bytes !== stated.bytes || arrived.sha256 !== sha256)
    return { stderr, reason: differing(stated, arrived) };
  return { stderr, file: { path, kind, ...stated, key } };
}

interface Size {
  readonly bytes: number;
  readonly sha256: string;
}

/** The agent uploads no empty stream. */
async function bring(
  { deliveries, uploads }: Sources,
  whose: Whose,
  { step }: Told,
  bytes: number,
  key: string,
): Promise<Size | undefined> {
  const found = uploadIn(await uploads(), whose, step, 'stdout');
  if (found) return deliveries.move(whose.of.region, [found], key);
  return bytes === 0 ? deliveries.put(key, nothing()) : undefined;
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

/** More than what the node's part of it says. */
const MOST_SAID = 65_536;

async function stderrOf(
  { deliveries, uploads }: Sources,
  whose: Whose,
  told: Told,
): Promise<Pick<Stream, 'truncated' | 'source'> & { readonly text: string }> {
  const found = uploadIn(await uploads(), whose, told.step, 'stderr');
  if (!found) return (await told.texts()).stderr;
  const head = await deliveries.head(whose.of.region, found, MOST_SAID);
  return {
    text: new TextDecoder().decode(head),
    truncated: found.bytes > MOST_SAID,
    source: 's3',
  };
}

const streamOf = (
  { truncated, source }: Pick<Stream, 'truncated' | 'source'>,
  text: string,
): Stream => ({
  bytes: Buffer.byteLength(text),
  sha256: createHash('sha256').update(text).digest('hex'),
  truncated,
  ...(text === '' ? { source: 'none' } : { source, text }),
});

const MISSING: Reason = {
  code: 'fileMissing',
  message:
    'the node read the file but did not upload it to S3 (its agent’s log says why; check its role and its path to S3)',
};

const differing = (stated: Size, arrived: Size): Reason => ({
  code: 'fileDiffers',
  message: `what arrived is not what the node read: ${arrived.bytes} bytes with SHA-256 ${arrived.sha256}, not ${stated.bytes} with ${stated.sha256}; it was changed while it was read, or cut on its way`,
});
