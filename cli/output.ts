/** What a node wrote, as far as it is kept. */
import type { Stream } from '../contract/stored.ts';
import { CliError, EXIT } from './exit.ts';
import type { Hub } from './hub.ts';

/** The whole text of a stream, from wherever it lies. */
export async function textOf(hub: Hub, stream: Stream | undefined): Promise<string> {
  if (!stream || stream.bytes === 0) return '';
  if (stream.text !== undefined) return stream.text;
  const text = stream.key === undefined ? undefined : await hub.text(stream.key);
  if (text === undefined)
    throw new CliError(
      `output of ${stream.bytes} bytes is not in s3://${hub.bucket}/${stream.key ?? ''}: a lifecycle rule or a person removed it`,
      EXIT.broken,
    );
  return text;
}
