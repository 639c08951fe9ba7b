/** Output that the agents uploaded to the exchange bucket of their Region. */
import { MOST_TAIL, tailOf } from '../../contract/failure.ts';
import { uploadPrefix } from '../../contract/names.ts';
import type { Reason, Row, Stream } from '../../contract/stored.ts';
import type { Delivered, Deliveries } from './delivered.ts';
import { encodingOf, toUtf8 } from './encoding.ts';
import type { Of } from './rowHead.ts';
import { kept, keyOf, type Sources, type Streams, type Whose } from './streams.ts';
import { type Name, NAMES, type Told } from './told.ts';

/** `<node>/<step>/<stream>` → object. */
export type Uploads = ReadonlyMap<string, Delivered>;

/** All that the nodes of a command uploaded: `…/<command>/<node>/<plugin>/<step>/<stream>` (amazon-ssm-agent). */
export async function uploadsOf(
  deliveries: Deliveries,
  { account, region, dispatch }: Of,
  commandId: string,
): Promise<Uploads> {
  const prefix = `${uploadPrefix(account, dispatch)}/${commandId}/`;
  const found = await deliveries.list(region, prefix);
  return new Map(
    found.map((each) => {
      const [node = '', , ...rest] = each.key.slice(prefix.length).split('/');
      return [`${node}/${rest.join('/')}`, each];
    }),
  );
}

export async function fromBucket(
  sources: Sources,
  whose: Whose,
  told: readonly Told[],
): Promise<Streams> {
  const uploads = await sources.uploads();
  const streams: Pick<Row, Name> = {};
  let reason: Reason | undefined;
  let unsettled = false;
  for (const name of NAMES) {
    const found = told.map((each) => uploadIn(uploads, whose, each.step, name));
    const missing = await absent(told, found, name);
    if (missing) {
      // What Systems Manager keeps is better than nothing, and says itself whether it was cut.
      const instead = await kept(sources, whose, told, [name]);
      streams[name] = instead[name];
      reason = instead.reason ?? MISSING;
      unsettled ||= instead.unsettled === true;
      continue;
    }
    const objects = found.filter((each) => each !== undefined);
    streams[name] =
      objects.length > 0
        ? await moved(sources, whose, name, objects)
        : (await kept(sources, whose, told, [name]))[name];
  }
  return { ...streams, ...(reason && { reason }), ...(unsettled && { unsettled }) };
}

const MISSING: Reason = {
  code: 'outputMissing',
  message:
    'the node did not upload its output to S3: what Systems Manager keeps of it is shown (its agent’s log says why; check its role and its path to S3)',
};

/** A document of one step names its folder after the plugin, one of several after the step. */
export function uploadIn(
  uploads: Uploads,
  { node, several }: Whose,
  step: Told['step'],
  name: Name,
): Delivered | undefined {
  if (several) return uploads.get(`${node.id}/${step.Name}/${name}`);
  for (const [path, upload] of uploads)
    if (path.startsWith(`${node.id}/`) && path.endsWith(`/${name}`)) return upload;
  return undefined;
}

/** An empty stream is not uploaded: whether one that is not there should be, Systems Manager tells. */
async function absent(
  told: readonly Told[],
  found: readonly (Delivered | undefined)[],
  name: Name,
): Promise<boolean> {
  for (const [i, each] of told.entries()) {
    if (found[i]) continue;
    const text = each.listed?.[name] ?? (await each.texts())[name].text;
    if (text !== '') return true;
  }
  return false;
}

async function moved(
  { deliveries }: Pick<Sources, 'deliveries'>,
  whose: Whose,
  name: Name,
  objects: readonly Delivered[],
): Promise<Stream> {
  const { region } = whose.of;
  const key = keyOf(whose, name);
  const copy = await deliveries.move(region, objects, key);
  const [first] = objects;
  const last = objects.at(-1);
  const stream = {
    ...copy,
    truncated: false,
    source: 's3' as const,
    key,
    ...(whose.failed && last && { tail: await endOf(deliveries, region, last) }),
  };
  if (whose.node.platform !== 'Windows' || !first) return stream;
  const encoding = encodingOf(await deliveries.head(region, first, ENOUGH));
  if (encoding === 'utf-8') return { ...stream, encoding };
  // Beside the bytes as they were.
  const utf8Key = `${key}.utf8`;
  await deliveries.put(utf8Key, toUtf8(encoding, deliveries.read(region, objects)));
  return { ...stream, encoding, utf8Key };
}

async function endOf(deliveries: Deliveries, region: string, last: Delivered): Promise<string> {
  const bytes = Buffer.from(await deliveries.end(region, last, 4 * MOST_TAIL));
  // Not valid as UTF-8 where a character was cut, or where it is something else.
  return tailOf(bytes.toString('utf-8').replace(/^\uFFFD+/, ''));
}

/** Bytes by which an encoding is told. */
const ENOUGH = 65_536;
