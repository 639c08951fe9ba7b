/** Variables, and what is otherwise in some accounts and Regions. */
import * as z from 'zod';
import type { Action } from './actions.ts';
import { DocumentAction } from './actions/document.ts';
import { Variable } from './actions/environment.ts';
import { Datum } from './actions/text.ts';
import { DocumentName } from './documents.ts';
import { Output } from './output.ts';
import { AccountId, Region } from './primitives.ts';
import { wrong } from './problems.ts';

const Values = z.record(Variable, Datum);

export const Variables = Values.default({}).meta({
  description:
    'Values under names. They are environment variables of the lines of a command and of a script; and `{{variable:name}}` stands for one in a script’s arguments, environment and workingDirectory and in a document’s parameters. Data everywhere, never shell code; nothing is replaced in lines and scripts, or in values.',
});

/** `222233334444`, `eu-west-1` or `222233334444/eu-west-1`. */
export const isPlaceKey = (key: string): boolean => {
  const [first = '', second, ...more] = key.split('/');
  if (more.length > 0) return false;
  const account = AccountId.safeParse(first).success;
  if (second === undefined) return account || Region.safeParse(first).success;
  return account && Region.safeParse(second).success;
};

/** Overrides of one request: each is checked when it is admitted. */
const MOST = 200;

const Override = z.strictObject({
  document: z
    .strictObject({
      name: DocumentName.optional().meta({
        description: 'Another document, which must be among the `documents` as well.',
      }),
      version: DocumentAction.shape.version,
      hash: DocumentAction.shape.hash,
    })
    .optional()
    .meta({ description: 'Of a document action: what is otherwise about its document.' }),
  output: Output.optional().meta({ description: 'How output is brought in there.' }),
  variables: Values.optional().meta({ description: 'Values of variables that the request has.' }),
});
export type Override = z.output<typeof Override>;

export const Overrides = z
  .record(
    z
      .string()
      .refine(
        isPlaceKey,
        wrong(
          'names no place',
          'Write an account id, a Region code, or both with "/" between: 222233334444/eu-west-1',
        ),
      ),
    Override,
  )
  .refine(
    (all) => Object.keys(all).length <= MOST,
    wrong(`holds more than ${MOST} places`, 'Split the request'),
  )
  .default({})
  .meta({
    description:
      'What is otherwise in some places, by account id, Region code, or "<account id>/<Region>". The nearer place wins, field by field and variable by variable: account and Region over account over Region over the request itself.',
  });

const REFERENCE = /\{\{\s*variable:\s*([^\s{}]*)\s*\}\}/g;

/** Names of the variables that a text refers to. */
export const referencesIn = (text: string): string[] =>
  [...text.matchAll(REFERENCE)].map(([, name = '']) => name);

/** The text with the values in the stead of references; what values hold is not looked at again. */
export const filledIn = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(REFERENCE, (whole, name: string) => values[name] ?? whole);

interface Placed {
  readonly action: Action;
  readonly targets: { readonly sample?: unknown };
  readonly output: Output;
  readonly variables: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, Override>>;
}

type Complaint = readonly [path: readonly (string | number)[], message: string];

/** What the parts of a request say about each other that is wrong. */
export function* misplaced({
  action,
  targets,
  output,
  variables,
  overrides,
}: Placed): Iterable<Complaint> {
  if (action.type === 'copy' && action.node && targets.sample)
    yield [
      ['targets', 'sample'],
      wrong(
        'draws some of all nodes, and the node that has the file has to be among them',
        'Remove it, or name the nodes by id',
      ),
    ];
  const idle = idleOutput(action, output);
  if (idle) yield [['output'], idle];
  for (const [path, text] of fillable(action))
    for (const name of referencesIn(text))
      if (!Object.hasOwn(variables, name))
        yield [
          ['action', ...path],
          wrong(
            `refers to the variable "${name}", which the request does not have`,
            'Add it to `variables`; if the text itself is meant, give it as a variable’s value',
          ),
        ];
  for (const [key, override] of Object.entries(overrides)) {
    for (const name of Object.keys(override.variables ?? {}))
      if (!Object.hasOwn(variables, name))
        yield [
          ['overrides', key, 'variables', name],
          wrong(
            'is no variable of the request',
            'Add it to `variables` with the value that holds elsewhere',
          ),
        ];
    const unused = override.output && idleOutput(action, override.output);
    if (unused) yield [['overrides', key, 'output'], unused];
    if (override.document && action.type !== 'document')
      yield [
        ['overrides', key, 'document'],
        wrong(`says nothing about a ${action.type} action`, 'Remove it'),
      ];
  }
}

/** What brings the output of commands in says nothing about other things. */
function idleOutput({ type }: Action, { to }: Output): string | undefined {
  if (type === 'automation' && to !== 'inline')
    return wrong(
      `"${to}" says nothing about an automation, whose outputs are read from the execution`,
      'Remove it; a runbook writes more to S3 or a log itself',
    );
  if (type === 'fetch' && to === 'cloudwatch')
    return wrong('"cloudwatch" says nothing about a fetch, which goes through S3', 'Remove it');
  return undefined;
}

/** The texts in which references are replaced. */
function* fillable(action: Action): Iterable<readonly [(string | number)[], string]> {
  if (action.type === 'script') {
    for (const [i, text] of action.arguments.entries()) yield [['arguments', i], text];
    for (const [name, text] of Object.entries(action.environment))
      yield [['environment', name], text];
    if (action.workingDirectory !== undefined)
      yield [['workingDirectory'], action.workingDirectory];
  }
  if (action.type === 'document' || action.type === 'automation')
    for (const [name, values] of Object.entries(action.parameters))
      for (const [i, text] of values.entries()) yield [['parameters', name, i], text];
}
