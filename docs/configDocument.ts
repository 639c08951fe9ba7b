/** docs/config.md, out of the schema of the configuration. */
import { configJsonSchema } from '../contract/config.ts';
import { Field } from './field.ts';

export function configDocument(): string {
  const root = Field.parse(configJsonSchema());
  return [
    '# Configuration',
    '',
    '`fleetwide.config.json` says what is deployed where. Another file is named by the context key',
    '`fleetwide:config`: `npx cdk deploy -c fleetwide:config=prod.json …`, or in `cdk.json`.',
    'Written from `contract/config.ts` by `npm run docs`; problems are told all at once, each with its path.',
    '',
    '| field | form | default | what it is |',
    '|---|---|---|---|',
    ...rows(root, ''),
    '',
    'When `externalId` is left out, a random one is made at the first synthesis and kept in',
    '`fleetwide.external-id` beside the configuration. Keep that file wherever the configuration is kept: hub',
    'and spokes must be deployed with the same value. It is not printed.',
    '',
    'The same fields are the props of the constructs ([an app of one’s own](../examples/own-app/README.md)).',
    '',
  ].join('\n');
}

function* rows(field: Field, path: string): Generator<string> {
  const required = new Set(field.required);
  for (const [name, each] of Object.entries(field.properties ?? {})) {
    const here = `${path}${name}`;
    // `prefault({})` shows as default: its fields tell theirs.
    const value = each.properties ? undefined : each.default;
    const preset = value === undefined ? '' : `\`${JSON.stringify(value)}\``;
    const need = required.has(name) && name !== 'externalId' ? '**required**' : preset;
    yield `| \`${here}\` | ${form(each)} | ${need} | ${each.description ?? ''} |`;
    yield* rows(each, `${here}.`);
    if (each.items) yield* rows(each.items, `${here}[].`);
  }
}

function form(field: Field): string {
  if (field.enum) return field.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.anyOf) return [...new Set(field.anyOf.map(form))].join(', ');
  if (field.type === 'array') return `list of ${field.items ? form(field.items) : 'values'}`;
  return field.type ?? '';
}
