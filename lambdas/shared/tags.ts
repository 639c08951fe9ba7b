/** Tags as a request asks for them: every key, with one of its values. */

/** `*` stands for any characters, `?` for one; a backslash takes their meaning away (as in filters of EC2). */
export function pattern(value: string): RegExp {
  const source = value.replace(/\\(.)|[*?]|[^*?\\]+|\\$/gs, (part, escaped?: string) => {
    if (escaped !== undefined) return literal(escaped);
    return part === '*' ? '.*' : part === '?' ? '.' : literal(part);
  });
  return new RegExp(`^${source}$`, 's');
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

/** A test that says whether tags are as wanted. */
export function tagTest(
  wanted: Readonly<Record<string, readonly string[]>>,
): (tags: ReadonlyMap<string, string>) => boolean {
  const tests = Object.entries(wanted).map(([key, values]) => [key, values.map(pattern)] as const);
  return (tags) =>
    tests.every(([key, patterns]) => {
      const value = tags.get(key);
      return value !== undefined && patterns.some((like) => like.test(value));
    });
}
