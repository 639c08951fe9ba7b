/** A node's stdout and stderr: what Systems Manager keeps, or the whole of it from where the request wanted it. */
import { createHash } from 'node:crypto';
import { MOST_TAIL, tailOf } from '../../contract/failure.ts';
import { keys } from '../../contract/names.ts';
import type { Output } from '../../contract/output.ts';
import type { Node, Reason, Row, Stream } from '../../contract/stored.ts';
import type { Deliveries } from './delivered.ts';
import { fromBucket, type Uploads } from './fromBucket.ts';
import { fromLog } from './fromLog.ts';
import { mayPass } from './reasons.ts';
import type { Of } from './rowHead.ts';
import type { CommandLog } from './commandLog.ts';
import { type Name, NAMES, type Text, type Told } from './told.ts';

/** Where the output of a command's nodes may be. */
export interface Sources {
  readonly output: Output;
  readonly deliveries: Deliveries;
  readonly log: CommandLog;
  /** What the nodes of this command have uploaded. */
  readonly uploads: () => Promise<Uploads>;
  readonly putText: (key: string, text: string) => Promise<void>;
  readonly now: number;
}

export interface Whose {
  readonly of: Of;
  readonly node: Node;
  readonly commandId: string;
  /** Whether its document has several steps. */
  readonly several: boolean;
  /** Whether it went wrong: then the end of its output is wanted at a glance. */
  readonly failed: boolean;
}

export type Streams = Pick<Row, Name> & {
  readonly reason?: Reason;
  /** More may still come: a log stream that is not there yet, or not quiet; what a call was refused. */
  readonly unsettled?: true;
};

/** The output of all steps, in their order. Without steps there was none. */
export async function streamsOf(
  sources: Sources,
  whose: Whose,
  told: readonly Told[],
): Promise<Streams> {
  if (sources.output.to === 's3') return fromBucket(sources, whose, told);
  if (sources.output.to === 'cloudwatch') return fromLog(sources, whose, told);
  return kept(sources, whose, told);
}

/** What Systems Manager keeps. */
export async function kept(
  sources: Pick<Sources, 'putText'>,
  whose: Whose,
  told: readonly Told[],
  names: readonly Name[] = NAMES,
): Promise<Streams> {
  const streams: Pick<Row, Name> = {};
  for (const name of names) {
    const texts: Text[] = [];
    for (const each of told) texts.push((await each.texts())[name]);
    streams[name] = await keep(sources, whose, name, texts);
  }
  const reason = (await Promise.all(told.map((each) => each.texts()))).find(
    (t) => t.reason,
  )?.reason;
  // A later call may get through; or its list shows the invocation, and it alone does not yet.
  return { ...streams, ...(reason && { reason }), ...(reason && mayPass(reason) && LATER) };
}

const LATER = { unsettled: true } as const;

async function keep(
  { putText }: Pick<Sources, 'putText'>,
  whose: Whose,
  name: Name,
  texts: readonly Text[],
): Promise<Stream> {
  const text = texts.map((each) => each.text).join('');
  const stream = {
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    truncated: texts.some((each) => each.truncated),
  };
  if (text === '') return { ...stream, source: 'none' };
  if (texts.every((each) => each.source === 'invocations'))
    return { ...stream, source: 'invocations', text };
  const key = keyOf(whose, name);
  await putText(key, text);
  return {
    ...stream,
    source: 'invocation',
    key,
    head: text.slice(0, MOST_TAIL),
    tail: tailOf(text),
  };
}

export const keyOf = ({ of, node }: Whose, name: Name): string =>
  keys.output(of.dispatch, of.account, of.region, node.id, name);
