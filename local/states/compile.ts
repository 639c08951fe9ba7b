import type { Expressions } from './expression.ts';
import type { Catcher, Data, Flow, MapState, State, TaskState } from './flow.ts';
import type {
  CatcherSource,
  ChoiceSource,
  FailSource,
  MapSource,
  RetrierSource,
  StateSource,
  TaskSource,
  WaitSource,
} from './schema.ts';
import {
  type Compiler,
  compileTemplate,
  compileTyped,
  isBoolean,
  isNumber,
  isString,
} from './template.ts';
import { isJsonArray, type Json } from './json.ts';

export interface FlowCompiler {
  readonly expressions: Expressions;
  readonly resources: readonly string[];
  readonly problem: (path: string, message: string) => void;
  /** The label of a Map state: as given, or made from its path. */
  readonly label: (given: string | undefined, path: string) => string;
}

interface FlowSource {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateSource>>;
}

/** One state being compiled. */
interface Site extends Compiler {
  readonly flow: FlowCompiler;
  readonly path: string;
  readonly names: ReadonlySet<string>;
}

const TOKEN_SUFFIX = '.waitForTaskToken';

export function compileFlow(
  flow: FlowCompiler,
  source: FlowSource,
  language: 'JSONata' | 'JSONPath',
  above: string,
): Flow {
  const names = new Set(Object.keys(source.States));
  if (!names.has(source.StartAt))
    flow.problem(`${above}StartAt`, `there is no state "${source.StartAt}"`);
  const states = new Map<string, State>();
  for (const [name, state] of Object.entries(source.States)) {
    const path = `${above}States/${name}`;
    if ((state.QueryLanguage ?? language) !== 'JSONata')
      flow.problem(`${path}/QueryLanguage`, 'JSONPath (the default) is not supported');
    const site: Site = {
      flow,
      path,
      names,
      expressions: flow.expressions,
      problem: (field, message) => flow.problem(`${path}/${field}`, message),
    };
    states.set(name, compileState(site, name, state));
  }
  return { startAt: source.StartAt, states };
}

function compileState(site: Site, name: string, source: StateSource): State {
  switch (source.Type) {
    case 'Pass':
      return { type: 'Pass', name, ...next(site, source), ...data(site, source) };
    case 'Succeed':
      return { type: 'Succeed', name, ...data(site, source) };
    case 'Task':
      return task(site, name, source);
    case 'Choice':
      return choice(site, name, source);
    case 'Wait':
      return wait(site, name, source);
    case 'Fail':
      return fail(site, name, source);
    default:
      return map(site, name, source);
  }
}

function task(site: Site, name: string, source: TaskSource): TaskState {
  const waitForToken = source.Resource.endsWith(TOKEN_SUFFIX);
  const resource = waitForToken ? source.Resource.slice(0, -TOKEN_SUFFIX.length) : source.Resource;
  if (!site.flow.resources.includes(resource))
    site.problem('Resource', `${source.Resource} is not supported`);
  if (waitForToken && !resource.endsWith(':lambda:invoke'))
    site.problem('Resource', `${TOKEN_SUFFIX} is supported for lambda:invoke only`);
  return {
    type: 'Task',
    name,
    resource,
    waitForToken,
    arguments: compileTemplate(site, source.Arguments, 'Arguments'),
    ...optional('timeout', source.TimeoutSeconds, (value) => number(site, value, 'TimeoutSeconds')),
    ...optional('heartbeat', source.HeartbeatSeconds, (value) =>
      number(site, value, 'HeartbeatSeconds'),
    ),
    ...next(site, source),
    ...data(site, source),
    ...handlers(site, source),
  };
}

function choice(site: Site, name: string, source: ChoiceSource): State {
  const rules = source.Choices.map((rule, i) => {
    const field = `Choices[${i}]`;
    known(site, rule.Next, `${field}/Next`);
    const condition = compileTyped(
      site,
      rule.Condition,
      `${field}/Condition`,
      'boolean',
      isBoolean,
    );
    return { condition, next: rule.Next, ...data(site, rule, `${field}/`) };
  });
  known(site, source.Default, 'Default');
  return {
    type: 'Choice',
    name,
    rules,
    ...optional('fallback', source.Default, (value) => value),
    ...data(site, source),
  };
}

function wait(site: Site, name: string, source: WaitSource): State {
  if ((source.Seconds === undefined) === (source.Timestamp === undefined))
    site.problem('Seconds', 'exactly one of Seconds and Timestamp is needed');
  const until =
    source.Timestamp === undefined
      ? { seconds: number(site, source.Seconds ?? 0, 'Seconds') }
      : { timestamp: text(site, source.Timestamp, 'Timestamp') };
  return { type: 'Wait', name, until, ...next(site, source), ...data(site, source) };
}

const fail = (site: Site, name: string, source: FailSource): State => ({
  type: 'Fail',
  name,
  ...optional('error', source.Error, (value) => text(site, value, 'Error')),
  ...optional('cause', source.Cause, (value) => text(site, value, 'Cause')),
});

function map(site: Site, name: string, source: MapSource): MapState {
  const { ItemReader: reader, ResultWriter: writer } = source;
  if (reader && source.Items !== undefined) site.problem('Items', 'not together with ItemReader');
  return {
    type: 'Map',
    name,
    label: site.flow.label(source.Label, site.path),
    // Only JSONata states may hold a processor here, and it inherits their language.
    processor: compileFlow(
      site.flow,
      source.ItemProcessor,
      'JSONata',
      `${site.path}/ItemProcessor/`,
    ),
    ...optional('items', source.Items, (value) =>
      compileTyped(site, value, 'Items', 'array', isJsonArray),
    ),
    ...optional('selector', source.ItemSelector, (value) =>
      compileTemplate(site, value, 'ItemSelector'),
    ),
    ...optional('maxConcurrency', source.MaxConcurrency, (value) =>
      number(site, value, 'MaxConcurrency'),
    ),
    ...optional('toleratedPercentage', source.ToleratedFailurePercentage, (value) =>
      number(site, value, 'ToleratedFailurePercentage'),
    ),
    ...optional('toleratedCount', source.ToleratedFailureCount, (value) =>
      number(site, value, 'ToleratedFailureCount'),
    ),
    ...optional('reader', reader, (value) => ({
      resource: value.Resource,
      inputType: value.ReaderConfig.InputType,
      bucket: text(site, value.Arguments.Bucket, 'ItemReader/Arguments/Bucket'),
      key: text(site, value.Arguments.Key, 'ItemReader/Arguments/Key'),
    })),
    ...optional('writer', writer, (value) => ({
      resource: value.Resource,
      bucket: text(site, value.Arguments.Bucket, 'ResultWriter/Arguments/Bucket'),
      prefix: text(site, value.Arguments.Prefix, 'ResultWriter/Arguments/Prefix'),
      // Without WriterConfig an export is untransformed JSON (developer guide, ResultWriter).
      transformation: value.WriterConfig?.Transformation ?? 'NONE',
      outputType: value.WriterConfig?.OutputType ?? 'JSON',
    })),
    ...next(site, source),
    ...data(site, source),
    ...handlers(site, source),
  };
}

function handlers(
  site: Site,
  source: { Retry?: RetrierSource[] | undefined; Catch?: CatcherSource[] | undefined },
): { retry: readonly RetrierSource[]; catch: readonly Catcher[] } {
  for (const [field, list] of Object.entries({ Retry: source.Retry, Catch: source.Catch }))
    list?.forEach((handler, i) => {
      if (!handler.ErrorEquals.includes('States.ALL')) return;
      if (handler.ErrorEquals.length > 1 || i < list.length - 1)
        site.problem(`${field}/${i}/ErrorEquals`, 'States.ALL must stand alone and last');
    });
  return {
    retry: source.Retry ?? [],
    catch: (source.Catch ?? []).map((catcher, i) => {
      known(site, catcher.Next, `Catch[${i}]/Next`);
      return {
        errorEquals: catcher.ErrorEquals,
        next: catcher.Next,
        ...data(site, catcher, `Catch[${i}]/`),
      };
    }),
  };
}

function next(
  site: Site,
  source: { Next?: string | undefined; End?: true | undefined },
): { next?: string } {
  if ((source.Next === undefined) === (source.End === undefined))
    site.problem('Next', 'exactly one of Next and End is needed');
  known(site, source.Next, 'Next');
  return optional('next', source.Next, (value) => value);
}

function known(site: Site, name: string | undefined, field: string): void {
  if (name !== undefined && !site.names.has(name))
    site.problem(field, `there is no state "${name}"`);
}

const data = (
  site: Site,
  source: { Assign?: Record<string, Json> | undefined; Output?: Json | undefined },
  prefix = '',
): Data => ({
  ...optional('output', source.Output, (value) => compileTemplate(site, value, `${prefix}Output`)),
  ...optional('assign', source.Assign, (value) => compileTemplate(site, value, `${prefix}Assign`)),
});

const number = (site: Site, value: number | string, field: string) =>
  compileTyped(site, value, field, 'number', isNumber);

const text = (site: Site, value: string, field: string) =>
  compileTyped(site, value, field, 'string', isString);

/** `{[key]: make(value)}`, or nothing where there is no value. */
function optional<K extends string, V, T>(
  key: K,
  value: V | undefined,
  make: (value: V) => T,
): { [P in K]?: T } {
  const fields: { [P in K]?: T } = {};
  if (value !== undefined) fields[key] = make(value);
  return fields;
}
