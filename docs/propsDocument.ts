/** lib/props.ts: the configuration's fields as documented props, out of its schema. */
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { configJsonSchema } from '../contract/config.ts';
import { Field } from './field.ts';

/** Fields whose own fields are documented elsewhere: a schedule holds a request. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  schedules: "ConfigInput['schedules']",
};

const OUT = fileURLToPath(new URL('../lib/props.ts', import.meta.url));

export async function propsDocument(): Promise<string> {
  const root = Field.parse(configJsonSchema());
  const text = [
    '/** Written by `npm run docs` out of contract/config.ts; a test checks that it is current. */',
    "import type { ConfigInput } from '../contract/config.ts';",
    '',
    '/** The fields of fleetwide.config.json, as props of the constructs. */',
    `export interface FleetwideConfig ${fieldsOf(root, ELSEWHERE)}`,
  ].join('\n');
  return format(text, { ...(await resolveConfig(OUT)), filepath: OUT });
}

function fieldsOf(object: Field, elsewhere: Readonly<Record<string, string>> = {}): string {
  const required = new Set(object.required);
  const fields = Object.entries(object.properties ?? {}).flatMap(([name, field]) => {
    const type = elsewhere[name] ?? typeOf(field);
    return [
      ...comment(field),
      required.has(name) ? `readonly ${name}: ${type};` : `readonly ${name}?: ${type} | undefined;`,
    ];
  });
  return `{\n${fields.join('\n')}\n}`;
}

const WIDTH = 96;

function comment({ description = '', properties, ...field }: Field): string[] {
  const some = field.anyOf?.map((each) => each.const) ?? [];
  const lines = [
    ...wrapped(description),
    ...(some.length > 0 && some.every((value) => typeof value === 'number')
      ? wrapped(`One of ${some.join(', ')}.`)
      : []),
    ...(field.default === undefined || properties
      ? []
      : [`@default ${JSON.stringify(field.default)}`]),
  ].map((line) => line.replaceAll('*/', '*\\/'));
  if (lines.length === 0) return [];
  return lines.length === 1
    ? [`/** ${lines[0]} */`]
    : ['/**', ...lines.map((line) => ` * ${line}`), ' */'];
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines;
}

function typeOf(field: Field): string {
  if (field.enum) return field.enum.map((value) => JSON.stringify(value)).join(' | ');
  // zod infers no more than number where a schema takes some of them; the comment says which.
  if (typeof field.const === 'number') return 'number';
  if (field.const !== undefined) return JSON.stringify(field.const);
  if (field.anyOf) return [...new Set(field.anyOf.map(typeOf))].join(' | ');
  if (field.type === 'array')
    return `readonly (${field.items ? typeOf(field.items) : 'unknown'})[]`;
  if (field.properties) return fieldsOf(field);
  if (field.type === 'object') {
    const { additionalProperties: of } = field;
    return `Readonly<Record<string, ${typeof of === 'object' ? typeOf(of) : 'unknown'}>>`;
  }
  if (field.type === 'integer' || field.type === 'number') return 'number';
  if (field.type === 'string' || field.type === 'boolean') return field.type;
  throw new Error(`no type for ${JSON.stringify(field)}`);
}
