/**
 * A node's stdout and stderr out of what SSM keeps: the list gives both merged, up to 2,500 characters; a
 * node whose text was cut there is asked for by itself (24,000 + 8,000).
 */
import { createHash } from 'node:crypto';
import { keys } from '../../contract/names.ts';
import type { Reason, Row, Stream } from '../../contract/stored.ts';
import { reasonOf } from './reasons.ts';
import type { Of, RowDeps } from './rows.ts';
import type { RunCommand } from './runCommand.ts';

/** What the agent puts between stdout and stderr (amazon-ssm-agent iohandler). */
const ERROR_TITLE = '\n----------ERROR-------\n';
/** Marks of a merged output that was cut, and of a stream that was (amazon-ssm-agent). */
const CUT = ['---Output truncated---', '---Error truncated----'];
const STREAM_CUT = '--output truncated--';
/** GetCommandInvocation's own bounds (aws-sdk model). */
const MOST = { stdout: 24_000, stderr: 8_000 };

type Name = 'stdout' | 'stderr';
type Streams = Pick<Row, Name> & { reason?: Reason };

export async function streamsOf(
  deps: RowDeps,
  of: Of,
  commandId: string,
  node: string,
  merged: string,
  run: RunCommand,
): Promise<Streams> {
  if (!isUnclear(merged)) {
    const [stdout = '', stderr = ''] = merged.split(ERROR_TITLE);
    return { stdout: inline(stdout, false), stderr: inline(stderr, false) };
  }
  try {
    const output = await run.output(commandId, node);
    return {
      stdout: await kept(deps, of, node, 'stdout', output.StandardOutputContent),
      stderr: await kept(deps, of, node, 'stderr', output.StandardErrorContent),
    };
  } catch (error) {
    // The outcome stands; the text is what the list gave, and says that it is cut.
    const { code } = reasonOf(error, 'ssm:GetCommandInvocation');
    deps.log.warn('only the cut output could be read', { node, code });
    return { stdout: inline(merged, true) };
  }
}

/** Cut, or with the separator more than once, so that it is open which one is the agent's. */
const isUnclear = (merged: string): boolean =>
  CUT.some((mark) => merged.includes(mark)) || merged.split(ERROR_TITLE).length > 2;

const hashed = (text: string) => ({
  bytes: Buffer.byteLength(text),
  sha256: createHash('sha256').update(text).digest('hex'),
});

const inline = (text: string, truncated: boolean): Stream => ({
  ...hashed(text),
  truncated,
  source: text === '' ? 'none' : 'invocations',
  ...(text !== '' && { text }),
});

async function kept(
  { store }: RowDeps,
  { dispatch, account, region }: Of,
  node: string,
  name: Name,
  text: string,
): Promise<Stream> {
  if (text === '') return inline(text, false);
  const key = keys.output(dispatch, account, region, node, name);
  await store.putText(key, text, 'text/plain; charset=utf-8');
  const truncated = text.endsWith(STREAM_CUT) || text.length >= MOST[name];
  return { ...hashed(text), truncated, source: 'invocation', key };
}
