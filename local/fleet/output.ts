/** How the agent cuts output to size. Lengths are bytes, as in the agent. */
import type { Captured } from './outcome.ts';

/** Both streams: the agent applies the limit of stdout to stderr too (runpluginutil). */
export const REPLY_LIMIT = 24_000;

export const NOTHING: Captured = { head: Buffer.alloc(0), size: 0 };

/** A text as if it had been captured from a stream. */
export function captured(content: string | Uint8Array): Captured {
  if (content.length === 0) return NOTHING;
  const bytes = Buffer.from(content);
  return { head: bytes.subarray(0, REPLY_LIMIT), size: bytes.length, whole: bytes };
}

const SUFFIX = '--output truncated--';

/** A stream as the agent reports it: below 24,000 bytes untouched, else its head and a suffix. */
export function truncateReply({ head, size }: Captured, limit = REPLY_LIMIT): string {
  return size < limit ? text(head) : text(head.subarray(0, limit - SUFFIX.length)) + SUFFIX;
}

const COMBINED_LIMIT = 2_500;
const TITLE = '\n----------ERROR-------\n';
const CUT_OUT = '\n---Output truncated---';
const CUT_ERROR = '\n---Error truncated----';

/** Both streams in one text, as the plugin's Output has them (iohandler TruncateOutput). */
export function combine(stdout: string, stderr: string): string {
  const title = stderr === '' ? '' : TITLE;
  const out = Buffer.from(stdout);
  const error = Buffer.from(stderr);
  const space = COMBINED_LIMIT - title.length;
  if (out.length + error.length < space) return stdout + title + stderr;
  if (out.length > space / 2 && error.length > space / 2) {
    const half = Math.floor((space - CUT_OUT.length - CUT_ERROR.length) / 2);
    return (
      text(out.subarray(0, half)) + CUT_OUT + title + text(error.subarray(0, half)) + CUT_ERROR
    );
  }
  if (out.length < space / 2) {
    const left = space - CUT_ERROR.length - out.length;
    return stdout + title + text(error.subarray(0, left)) + CUT_ERROR;
  }
  return text(out.subarray(0, space - CUT_OUT.length - error.length)) + CUT_OUT + title + stderr;
}

/** Invalid UTF-8 becomes U+FFFD, NUL stays. */
const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
