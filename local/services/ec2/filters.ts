import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError } from '../../core/operation.ts';
import type { Node } from '../../fleet/index.ts';

/** What a filter looks at: the instance passes when one of these is like one of its values. */
const READERS: Readonly<Record<string, (node: Node) => readonly string[]>> = {
  'instance-id': ({ id }) => [id],
  'instance-state-name': ({ state }) => [state],
  'tag-key': ({ tags }) => Object.keys(tags),
};

const TAG = 'tag:';

export function instanceFilter(filters: readonly Filter[]): (node: Node) => boolean {
  const tests = filters.map(({ Name = '', Values = [] }) => {
    const read = Name.startsWith(TAG) ? tagReader(Name.slice(TAG.length)) : READERS[Name];
    // The text of EC2 itself for a filter that it does not have.
    if (!read) throw new AwsError('InvalidParameterValue', `The filter '${Name}' is invalid`);
    if (Values.length === 0)
      throw new AwsError('InvalidParameterValue', `The filter '${Name}' has no value`);
    const patterns = Values.map(pattern);
    return (node: Node) => read(node).some((text) => patterns.some((like) => like.test(text)));
  });
  return (node) => tests.every((passes) => passes(node));
}

const tagReader =
  (name: string) =>
  ({ tags }: Node): readonly string[] => {
    const value = Object.hasOwn(tags, name) ? tags[name] : undefined;
    return value === undefined ? [] : [value];
  };

/** `*` stands for any characters, `?` for one; a backslash takes their meaning away. */
function pattern(value: string): RegExp {
  const source = value.replace(/\\(.)|[*?]|[^*?\\]+|\\$/gs, (part, escaped?: string) => {
    if (escaped !== undefined) return literal(escaped);
    return part === '*' ? '.*' : part === '?' ? '.' : literal(part);
  });
  return new RegExp(`^${source}$`, 's');
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
