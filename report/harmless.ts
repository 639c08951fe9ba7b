/**
 * What nodes print is untrusted: control characters (terminal escapes among them), line and paragraph
 * separators and what turns the direction of text are shown, not obeyed. Line ends (LF, CRLF) and tabs stay.
 * A CR alone would write over its line: it is shown too, so that no word is lost and none runs into the next.
 */
export const harmless = (text: string): string =>
  text.replaceAll(
    /\r\n|[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    (c) => {
      if (c === '\r\n') return '\n';
      if (c === '\n' || c === '\t') return c;
      return `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
    },
  );
