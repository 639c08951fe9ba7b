/** How the agent cuts a stream into log events (amazon-ssm-agent cloudwatchlogspublisher). */

/** Bytes of a message; a longer line goes on in the next one. */
const MOST = 200_000;
const NEWLINE = 0x0a;

/** Whole lines as far as they fit; CRLF becomes LF, and each message loses a newline at its end. */
export function messagesOf(body: Uint8Array): readonly string[] {
  const messages: string[] = [];
  let start = 0;
  let end = 0;
  while (end < body.length) {
    const next = lineEnd(body, end);
    if (end > start && next - start > MOST) {
      messages.push(text(body.subarray(start, end)));
      start = end;
    }
    end = next;
  }
  if (end > start) messages.push(text(body.subarray(start, end)));
  // CloudWatch Logs takes no empty message.
  return messages.map((message) => (message === '' ? ' ' : message));
}

/** Behind the newline, or behind as much of the line as the agent reads at once. */
function lineEnd(body: Uint8Array, from: number): number {
  const newline = body.indexOf(NEWLINE, from);
  const end = newline < 0 ? body.length : newline + 1;
  return Math.min(end, from + MOST);
}

function text(bytes: Uint8Array): string {
  const message = Buffer.from(bytes).toString('utf8').replaceAll('\r\n', '\n');
  return message.endsWith('\n') ? message.slice(0, -1) : message;
}
