/** docs/request.md, out of the schema of requests and the requests of examples/. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { requestJsonSchema } from '../contract/request.ts';
import { Field } from './field.ts';
import { MORE_REQUESTS } from './requestExamples.ts';

const EXAMPLES = join(import.meta.dirname, '../examples');

export function requestDocument(): string {
  const { anyOf: [request, plan] = [] } = Field.parse(requestJsonSchema());
  if (!request?.properties || !plan) throw new Error('a request, or the run of a plan');
  const { action, ...others } = request.properties;
  const examples = [...requestsIn(EXAMPLES), ...MORE_REQUESTS];
  return [
    '# The request',
    '',
    'One JSON object, the same for `StartExecution`, a schedule, the command line and the construct; YAML in files. What is',
    'not named here is refused; all problems are told at once, each with its path and what to do, before anything is sent.',
    'Written from `contract/request.ts` and the requests of [examples](../examples) by `npm run docs`; as JSON Schema:',
    '[request.schema.json](request.schema.json).',
    '',
    '`<…>` stands for a name of one’s own.',
    '',
    ...(action?.oneOf ?? []).flatMap((each) => actionSection(each, request, examples)),
    '## Everything else',
    '',
    ...table({ ...request, properties: others }, [], examples),
    '## Running a plan',
    '',
    'In the stead of all that:',
    '',
    ...table(plan, [], examples),
  ].join('\n');
}

function actionSection(action: Field, request: Field, examples: readonly unknown[]): string[] {
  const { type, ...properties } = action.properties ?? {};
  const name = String(type?.const);
  const own = examples.filter((each) => Typed.safeParse(each).data?.action.type === name);
  const required = new Set(request.required);
  if (!required.has('action')) throw new Error('an action is required');
  return [
    `## \`"action": { "type": "${name}", … }\``,
    '',
    action.description ?? '',
    '',
    ...table({ ...action, properties }, ['action'], own),
  ];
}

const Typed = z.object({ action: z.object({ type: z.string() }) });

function table(field: Field, path: readonly string[], examples: readonly unknown[]): string[] {
  return [
    '| field | form | default | example | what it is |',
    '|---|---|---|---|---|',
    ...rows(field, path, examples),
    '',
  ];
}

function* rows(
  field: Field,
  path: readonly string[],
  examples: readonly unknown[],
): Generator<string> {
  const required = new Set(field.required);
  for (const [name, each] of Object.entries(field.properties ?? {})) {
    const here = [...path, name];
    const need = required.has(name) ? '**required**' : preset(each);
    const example = shortest(examples.flatMap((whole) => valuesAt(whole, here)));
    const cells = [code(here.join('.')), form(each), need, example, each.description ?? ''];
    yield `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
    yield* inside(each, here, examples);
  }
}

function* inside(
  field: Field,
  path: readonly string[],
  examples: readonly unknown[],
): Generator<string> {
  if (field.properties) yield* rows(field, path, examples);
  if (typeof field.additionalProperties === 'object')
    yield* inside(field.additionalProperties, [...path, '<…>'], examples);
  for (const each of field.anyOf ?? []) yield* inside(each, path, examples);
}

const code = (text: string): string => `\`${text}\``;

/** `prefault({})` shows as default: its fields tell theirs. */
const preset = ({ properties, default: value }: Field): string =>
  properties || value === undefined ? '' : code(JSON.stringify(value));

const LARGEST = Number.MAX_SAFE_INTEGER;
const LONGEST_PATTERN = 60;

function form(field: Field): string {
  const { type, items, additionalProperties, anyOf } = field;
  if (field.enum) return field.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (field.const !== undefined) return code(JSON.stringify(field.const));
  if (anyOf) return [...new Set(anyOf.map(form))].join('; or ');
  if (type === 'array')
    return `list${count(field.minItems, field.maxItems)} of ${items ? form(items) : 'values'}`;
  if (type === 'object')
    return typeof additionalProperties === 'object'
      ? `names with ${form(additionalProperties)}`
      : 'object';
  if (type === 'integer' || type === 'number') return `${type}${range(field)}`;
  if (field.format === 'date-time') return 'string: date and time with offset, ISO 8601';
  if (field.format === 'base64') return 'string: base64';
  return `${type ?? ''}${count(field.minLength, field.maxLength, ' characters')}${shape(field.pattern)}`;
}

function count(from: number | undefined, to: number | undefined, what = ''): string {
  if (from === undefined && to === undefined) return '';
  if (to === undefined)
    return from === 1 && what === ' characters' ? ', not empty' : ` (${from} or more)`;
  return from === undefined ? ` (up to ${to}${what})` : ` (${from} to ${to}${what})`;
}

function range({ minimum, maximum = LARGEST, exclusiveMinimum }: Field): string {
  const from = exclusiveMinimum === undefined ? minimum : `more than ${exclusiveMinimum}`;
  return maximum === LARGEST ? `, ${from} or more` : `, ${from} to ${maximum}`;
}

/** One that looks like a link of Markdown would be taken for one. */
const shape = (pattern: string | undefined): string =>
  pattern === undefined || pattern.length > LONGEST_PATTERN || pattern.includes('](')
    ? ''
    : `, ${code(pattern)}`;

/** What stands there in a request; `<…>` is any name. */
function valuesAt(whole: unknown, [name, ...rest]: readonly string[]): unknown[] {
  if (name === undefined) return [whole];
  const { data } = z.record(z.string(), z.unknown()).safeParse(whole);
  if (!data) return [];
  const next = name === '<…>' ? Object.values(data) : name in data ? [data[name]] : [];
  return next.flatMap((value) => valuesAt(value, rest));
}

const LONGEST_EXAMPLE = 120;

function shortest(values: readonly unknown[]): string {
  const [text] = values
    .map((value) => JSON.stringify(value))
    .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  if (text === undefined) return '';
  return code(text.length > LONGEST_EXAMPLE ? `${text.slice(0, LONGEST_EXAMPLE)} …` : text);
}

function requestsIn(directory: string): unknown[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf-8' })
    .filter((name) => /(^|[\\/])request[\w-]*\.json$/.test(name))
    .toSorted()
    .map((name): unknown => JSON.parse(readFileSync(join(directory, name), 'utf-8')));
}
