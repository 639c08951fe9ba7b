/**
 * A node's stdout and stderr out of what SSM keeps: the list gives both merged, up to 2,500 characters; a
 * node whose text was cut there is asked for by itself (24,000 + 8,000).
 */
import { createHash } from 'node:crypto';
import { keys } from '../../contract/names.ts';
import type { Reason, Row, Stream } from '../../contract/stored.ts';
import { reasonOf } from './reasons.ts';
import type { Of, RowDeps } from './rows.ts';
import type { Output, RunCommand } from './runCommand.ts';
import type { Step } from './documentSteps.ts';

/** What the agent puts between stdout and stderr (amazon-ssm-agent iohandler). */
const ERROR_TITLE = '\n----------ERROR-------\n';
/** Marks of a merged output that was cut, and of a stream that was (amazon-ssm-agent). */
const CUT = ['---Output truncated---', '---Error truncated----'];
const STREAM_CUT = '--output truncated--';
/** GetCommandInvocation's own bounds (aws-sdk model). */
const MOST = { stdout: 24_000, stderr: 8_000 };

type Name = 'stdout' | 'stderr';
type Streams = Pick<Row, Name> & { reason?: Reason };
type Texts = Partial<Record<Name, Text>> & { reason?: Reason };

/** What is known of a stream of one step. */
interface Text {
  readonly text: string;
  readonly truncated: boolean;
  /** Where it came from; what came by itself may be long and is kept as an object. */
  readonly source: 'invocations' | 'invocation';
}

/** The output of all steps, in their order. Without steps there was none. */
export async function streamsOf(
  deps: RowDeps,
  of: Of,
  commandId: string,
  node: string,
  steps: readonly Step[],
  run: RunCommand,
): Promise<Streams> {
  const pieces: Texts[] = [];
  for (const step of steps) {
    const ask = () => run.output(commandId, node, step.Name);
    pieces.push(await textsOf(deps, node, step.Output ?? '', ask));
  }
  const reason = pieces.find((piece) => piece.reason)?.reason;
  const streams: Streams = { ...(reason && { reason }) };
  for (const name of ['stdout', 'stderr'] as const) {
    const known = pieces.flatMap((piece) => piece[name] ?? []);
    // A stream that no step tells of is not an empty one.
    if (known.length > 0 || steps.length === 0)
      streams[name] = await kept(deps, of, node, name, known);
  }
  return streams;
}

const listed = (text: string, truncated = false): Text => ({
  text,
  truncated,
  source: 'invocations',
});

const asked = (name: Name, text: string): Text => ({
  text,
  truncated: text.endsWith(STREAM_CUT) || text.length >= MOST[name],
  source: 'invocation',
});

async function textsOf(
  deps: RowDeps,
  node: string,
  merged: string,
  ask: () => Promise<Output>,
): Promise<Texts> {
  if (!isUnclear(merged)) {
    const [stdout = '', stderr = ''] = merged.split(ERROR_TITLE);
    return { stdout: listed(stdout), stderr: listed(stderr) };
  }
  try {
    const output = await ask();
    return {
      stdout: asked('stdout', output.StandardOutputContent),
      stderr: asked('stderr', output.StandardErrorContent),
    };
  } catch (error) {
    // The outcome stands; the text is what the list gave, and says that it is cut.
    const reason = reasonOf(error, 'ssm:GetCommandInvocation');
    deps.log.warn('only the cut output could be read', { node, code: reason.code });
    return { stdout: listed(merged, true), reason };
  }
}

/** Cut, or with the separator more than once, so that it is open which one is the agent's. */
const isUnclear = (merged: string): boolean =>
  CUT.some((mark) => merged.includes(mark)) || merged.split(ERROR_TITLE).length > 2;

async function kept(
  { store }: RowDeps,
  { dispatch, account, region }: Of,
  node: string,
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
  const key = keys.output(dispatch, account, region, node, name);
  await store.putText(key, text, 'text/plain; charset=utf-8');
  return { ...stream, source: 'invocation', key };
}
