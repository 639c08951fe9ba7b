/** Output that the agents put into a log group: read where Systems Manager keeps less. */
import { MOST_TAIL, tailOf } from '../../contract/failure.ts';
import { logDelayOf, logGroupOf } from '../../contract/output.ts';
import type { Reason, Row, Stream } from '../../contract/stored.ts';
import { isMissing, type LogEvent, textOf } from './commandLog.ts';
import { mayPass, reasonOf } from './reasons.ts';
import { kept, keyOf, type Sources, type Streams, type Whose } from './streams.ts';
import { type Name, NAMES, type Told } from './told.ts';

export async function fromLog(
  sources: Sources,
  whose: Whose,
  told: readonly Told[],
): Promise<Streams> {
  const streams: Pick<Row, Name> = {};
  let reason: Reason | undefined;
  let unsettled = false;
  for (const name of NAMES) {
    const short = await kept(sources, whose, told, [name]);
    streams[name] = short[name];
    reason ??= short.reason;
    if (!short[name]?.truncated) {
      unsettled ||= short.unsettled === true;
      continue;
    }
    try {
      const long = await logged(sources, whose, told, name);
      if (long) streams[name] = long.stream;
      else reason ??= MISSING;
      unsettled ||= !long?.settled;
    } catch (error) {
      const refused = reasonOf(error, 'logs:GetLogEvents');
      reason ??= refused;
      unsettled ||= mayPass(refused);
    }
  }
  return { ...streams, ...(reason && { reason }), ...(unsettled && { unsettled }) };
}

const MISSING: Reason = {
  code: 'outputMissing',
  message:
    'the node wrote no log stream: what Systems Manager keeps of its output is shown (check that the log group exists, the node’s role and its path to CloudWatch Logs)',
};

/** Stdout or stderr of all steps out of the log; `undefined` when a stream is not there. */
async function logged(
  { deliveries, log, output, now }: Sources,
  whose: Whose,
  told: readonly Told[],
  name: Name,
): Promise<{ readonly stream: Stream; readonly settled: boolean } | undefined> {
  let last = 0;
  let end = Buffer.alloc(0);
  const seen = ({ ingestionTime }: LogEvent) => {
    last = Math.max(last, ingestionTime);
  };
  const key = keyOf(whose, name);
  async function* chunks() {
    for (const each of told) {
      const { text, truncated } = (await each.texts())[name];
      const parts = truncated
        ? textOf(log.read(logGroupOf(output), streamName(whose, each, name)), seen)
        : [Buffer.from(text)];
      for await (const part of parts) {
        end = Buffer.concat([end, part]).subarray(-4 * MOST_TAIL);
        yield part;
      }
    }
  }
  try {
    const whole = await deliveries.put(key, chunks());
    // Quiet for as long as the request says: the agent sends once a second while there is something.
    const settled = last <= now - logDelayOf(output) * 1000;
    const tail = tailOf(end.toString('utf-8').replace(/^\uFFFD+/, ''));
    const stream = { ...whole, truncated: !settled, source: 'cloudwatch', key, tail } as const;
    return { stream, settled };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** `<command>/<node>/<step, a hyphen for its colon>/<stream>` (amazon-ssm-agent). */
const streamName = ({ commandId, node }: Whose, { step }: Told, name: Name): string =>
  [commandId, node.id, (step.Name ?? '').replaceAll(':', '-'), name].join('/');
