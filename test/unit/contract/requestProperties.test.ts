/** What holds of the request's schema whatever is put in. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FleetwideError } from '../../../contract/errors.ts';
import { parseRequest } from '../../../contract/request.ts';

const account = fc.stringMatching(/^\d{12}$/);
const accounts = fc.uniqueArray(account, { minLength: 1, maxLength: 5 });
const regions = fc.subarray(['eu-west-1', 'us-east-1', 'us-gov-east-1'], { minLength: 1 });
/** Any text that a node can take: data, and no secret by its look, which is told apart elsewhere. */
const word = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !text.includes('\0'));
const harmless = fc
  .stringMatching(/^[ -~]{0,20}$/)
  .filter((text) => !/[{}=:/]|[A-Za-z0-9+]{12}/.test(text));
const valid = fc.record({
  action: fc.oneof(
    fc.record({
      type: fc.constant('command'),
      linux: fc.array(
        harmless.map((text) => `echo ${text.replaceAll(/\W/g, '')}`),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
    }),
    fc.record({
      type: fc.constant('script'),
      text: fc.constant('#!/bin/sh\ntrue\n'),
      arguments: fc.array(harmless, { maxLength: 4 }),
    }),
  ),
  targets: fc.record({ accounts, regions, allNodes: fc.constant(true) }),
  waves: fc.constantFrom(['100%'], ['1', '50%', '100%'], ['3', '100%']),
  requester: fc.stringMatching(/^[a-z]{2,10}$/),
});

function problemsOf(value: unknown): FleetwideError | undefined {
  try {
    parseRequest(value);
    return undefined;
  } catch (error) {
    if (error instanceof FleetwideError) return error;
    throw error;
  }
}

describe('a request', () => {
  it('that is valid means the same when what was read is read again, also by way of JSON', () => {
    fc.assert(
      fc.property(valid, (input) => {
        const once = parseRequest(input);
        expect(parseRequest(JSON.parse(JSON.stringify(once)))).toEqual(once);
      }),
      { numRuns: 200 },
    );
  });

  it('that is anything at all is taken, or refused with where and what to do for each problem', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const refused = problemsOf(value);
        if (!refused) return;
        expect(refused.name).toBe('InvalidRequest');
        expect(refused.problems.length).toBeGreaterThan(0);
        for (const { message, remedy } of refused.problems)
          expect([message, remedy]).not.toContain('');
      }),
      { numRuns: 300 },
    );
  });

  it('with one field that nobody knows is refused for that field, by its path', () => {
    const key = fc.stringMatching(/^x[a-z]{3,12}$/);
    fc.assert(
      fc.property(valid, key, word, (input, name, text) => {
        expect(problemsOf({ ...input, [name]: text })?.problems.map(({ path }) => path)).toContain(
          name,
        );
        const targets = { ...input.targets, [name]: text };
        expect(problemsOf({ ...input, targets })?.problems.map(({ path }) => path)).toContain(
          `targets.${name}`,
        );
      }),
      { numRuns: 100 },
    );
  });
});
