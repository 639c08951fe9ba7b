import { holding } from '../core/clock.ts';
import { EvaluationFailure, ERRORS, StateError } from './failure.ts';
import type { MapState } from './flow.ts';
import type { Frame } from './frame.ts';
import { isJsonArray, type Json, parseJson, payload } from './json.ts';
import type { MapItem } from './mapRun.ts';
import { asFailure } from './task.ts';
import { identityOf } from './execution.ts';

/** Where the items come from, once the queries of the state have been evaluated. */
export type ItemSource =
  | { readonly items: readonly Json[] }
  | {
      readonly resource: string;
      readonly bucket: string;
      readonly key: string;
      readonly inputType: 'JSON' | 'JSONL';
    };

export async function itemSource(frame: Frame, state: MapState): Promise<ItemSource> {
  const scope = frame.scope();
  if (state.reader)
    return {
      resource: state.reader.resource,
      inputType: state.reader.inputType,
      bucket: await state.reader.bucket(scope),
      key: await state.reader.key(scope),
    };
  if (state.items) return { items: await state.items(scope) };
  const { value } = frame.input;
  if (isJsonArray(value)) return { items: value };
  throw new EvaluationFailure(
    'Items',
    `Map state input must be an array but was: ${JSON.stringify(value)}`,
  );
}

/** The input of every child: the item, or what ItemSelector makes of it. */
export async function readItems(
  frame: Frame,
  state: MapState,
  source: ItemSource,
): Promise<readonly MapItem[]> {
  const values = 'items' in source ? source.items : await readObject(frame, source);
  const items: MapItem[] = [];
  for (const [Index, Value] of values.entries()) {
    const scope = state.selector && frame.scope({}, { Map: { Item: { Index, Value } } });
    const input = scope
      ? await frame.evaluate(state.selector, scope, Value)
      : frame.measured(payload(Value));
    items.push({ input });
  }
  return items;
}

async function readObject(
  frame: Frame,
  source: Exclude<ItemSource, { items: unknown }>,
): Promise<readonly Json[]> {
  const { engine, execution, signal } = frame;
  const { resource, bucket, key } = source;
  const as = identityOf(execution);
  let answer: unknown;
  try {
    answer = await holding(engine.clock, () =>
      engine.tasks.run(resource, { Bucket: bucket, Key: key }, as, signal),
    );
  } catch (error) {
    const { error: name, reason } = asFailure(error);
    throw failed(`s3://${bucket}/${key} could not be read: ${name}: ${reason}`);
  }
  const text = textOf(answer);
  if (text === undefined) throw failed(`s3://${bucket}/${key} was answered without a body`);
  try {
    return parsers[source.inputType](text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw failed(`s3://${bucket}/${key} is not ${source.inputType}: ${why}`);
  }
}

const parsers: Readonly<Record<'JSON' | 'JSONL', (text: string) => readonly Json[]>> = {
  JSON(text) {
    const value = parseJson(text);
    if (isJsonArray(value)) return value;
    throw new Error('the object must hold an array');
  },
  JSONL: (text) =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(parseJson),
};

const failed = (cause: string) => new StateError(ERRORS.itemReader, cause);

const textOf = (answer: unknown): string | undefined =>
  typeof answer === 'object' &&
  answer !== null &&
  'Body' in answer &&
  answer.Body instanceof Uint8Array
    ? Buffer.from(answer.Body).toString('utf8')
    : undefined;
