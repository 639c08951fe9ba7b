/** In which encoding a Windows program wrote: its shell and its tools do not agree on one. */

/** `windows-1252` is a guess, for what is neither UTF-8 nor UTF-16. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** @param head the first bytes; enough of them that a text in UTF-16 shows its zeros */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const [even, odd] = zeros(head);
  // Latin text in UTF-16 has a zero in every other byte.
  if (odd > head.length / 4 && even < odd / 8) return 'utf-16le';
  if (even > head.length / 4 && odd < even / 8) return 'utf-16be';
  try {
    // The last character may be cut: the rest of it is not asked for.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

function zeros(bytes: Uint8Array): [even: number, odd: number] {
  const count: [number, number] = [0, 0];
  for (const [i, byte] of bytes.entries()) if (byte === 0) count[i % 2 === 0 ? 0 : 1]++;
  return count;
}

/** The same text in UTF-8, without a byte order mark. */
export async function* toUtf8(
  encoding: Encoding,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
