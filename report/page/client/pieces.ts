/** A long text in pieces that a browser lays out one by one. */

/** Some 200 lines. */
const LEAST = 16_000;
/** A line is not broken up to here. */
const MOST = 64_000;

/** Whole lines, joined again they are the text. Only a line that is longer than MOST is cut, never within a character. */
export function pieces(text: string): string[] {
  const all: string[] = [];
  let at = 0;
  while (text.length - at > LEAST) {
    const end = text.indexOf('\n', at + LEAST) + 1;
    let next = end > 0 && end - at <= MOST ? end : at + MOST;
    if (next >= text.length) break;
    if (isHighSurrogate(text.charCodeAt(next - 1))) next--;
    all.push(text.slice(at, next));
    at = next;
  }
  all.push(text.slice(at));
  return all;
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
