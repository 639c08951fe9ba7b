/**
 * The reasons of statements: in lib/policies/ a comment stands right above each statement, or a statement is
 * the only one of a documented function.
 */
const MAKES = /\b(?:allow|read|write|readWrite|statement)\(\s*'(\w+)'/g;

/** Files by name → the reason of a statement, looked for in `file` and then in all others; throws if there is none. */
export function reasonsOf(
  files: ReadonlyMap<string, string>,
): (file: string, sid: string) => string {
  const found = new Map<string, string>();
  for (const [file, source] of files) {
    const made = [...source.matchAll(MAKES)];
    for (const match of made) {
      const before = source.slice(0, match.index);
      const reason = above(before) ?? (made.length === 1 ? block(before) : undefined);
      if (reason && match[1]) found.set(`${file}/${match[1]}`, reason);
    }
  }
  return (file, sid) => {
    const elsewhere = [...found].filter(([name]) => name.endsWith(`/${sid}`)).map(([, why]) => why);
    const reason =
      found.get(`${file}/${sid}`) ?? (elsewhere.length === 1 ? elsewhere[0] : undefined);
    if (reason === undefined)
      throw new Error(`lib/policies/${file}.ts: ${sid} has no reason above it`);
    return reason;
  };
}

/** The line comments that end where the statement begins. */
function above(before: string): string | undefined {
  const lines = before.split('\n').slice(0, -1);
  const own: string[] = [];
  for (let line = lines.pop(); line?.trim().startsWith('//'); line = lines.pop())
    own.unshift(line.trim().slice(2).trim());
  return own.length > 0 ? own.join(' ') : undefined;
}

/** The last block comment before it. */
const block = (before: string): string | undefined =>
  [...before.matchAll(/\/\*\*([\s\S]*?)\*\//g)]
    .at(-1)?.[1]
    ?.split('\n')
    .map((line) => line.trim().replace(/^\*\s?/, ''))
    .join(' ')
    .trim();
