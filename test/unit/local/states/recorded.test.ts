import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { DefinitionRefused } from '../../../../local/states/index.ts';
import { record, world } from './world.ts';

/** Executions recorded on AWS; they are not part of this repository. */
const FILE = '../shared/asl-histories/jsonata.json';

const recordings = z.array(
  z.object({
    id: z.string(),
    definition: z.record(z.string(), z.unknown()),
    input: z.string(),
    expected: z.object({
      status: z.string(),
      output: z.unknown().optional(),
      error: z.string().optional(),
      cause: z.string().optional(),
    }),
    eventTypes: z.array(z.string()),
  }),
);

/** Names, ARNs and times of the recorded account are placeholders that match anything. */
const isPlaceholder = (value: unknown) =>
  typeof value === 'string' && /<[^>]+>|^(timestamp|date|snf_role_arn)$/.test(value);

function match(actual: unknown, expected: unknown): unknown {
  if (isPlaceholder(expected)) return actual;
  if (Array.isArray(expected))
    return expected.map((item, i) => match(Array.isArray(actual) ? actual[i] : undefined, item));
  if (typeof expected !== 'object' || expected === null) return expected;
  const fields = typeof actual === 'object' && actual !== null ? record(actual) : {};
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [key, match(fields[key], value)]),
  );
}

/** What AWS's recordings use and this interpreter leaves out. */
const UNSUPPORTED = /Mode|ProcessorConfig|ItemProcessor|JSONPath|InputPath|Parameters|ResultPath/;

const found = existsSync(FILE);
if (!found) console.log(`Skipped: ${FILE} is not here`);

(found ? describe : describe.skip)('executions recorded on AWS', () => {
  const all = found ? recordings.parse(JSON.parse(readFileSync(FILE, 'utf8'))) : [];

  it('come out the same here, or are refused by name', async () => {
    const equal: string[] = [];
    const refused: string[] = [];
    const unexpected: string[] = [];
    for (const { id, definition, input, expected, eventTypes } of all) {
      const { states, start, finished, types } = world();
      try {
        states.putStateMachine({
          arn: 'arn:aws:states:eu-central-1:111111111111:stateMachine:Test',
          name: 'Test',
          roleArn: 'arn:aws:iam::111111111111:role/Machine',
          region: 'eu-central-1',
          account: '111111111111',
          definition: JSON.stringify(definition),
        });
      } catch (error) {
        if (!(error instanceof DefinitionRefused)) throw error;
        refused.push(id);
        unexpected.push(...error.problems.filter((problem) => !UNSUPPORTED.test(problem)));
        continue;
      }
      const arn = await start(JSON.parse(input));
      const { status, output, error, cause } = await finished(arn);
      const actual = {
        id,
        status,
        error,
        cause,
        output: typeof output === 'string' ? JSON.parse(output) : undefined,
        types: await types(arn),
      };
      expect(actual).toEqual({
        id,
        status: expected.status,
        error: expected.error,
        cause: expected.cause,
        output: match(actual.output, expected.output),
        types: eventTypes,
      });
      equal.push(id);
    }
    console.log(`${equal.length} equal, ${refused.length} refused by name, of ${all.length}`);
    expect(unexpected).toEqual([]);
    expect(equal.length + refused.length).toBe(all.length);
    expect(equal.length).toBeGreaterThan(35);
  });
});
