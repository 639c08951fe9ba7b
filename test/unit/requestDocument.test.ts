/** docs/request.md says of every field what it is and shows one, and what it shows is what the schema takes. */
import { expect, it } from '@jest/globals';
import { parseStart } from '../../contract/request.ts';
import { requestDocument } from '../../docs/requestDocument.ts';
import { MORE_REQUESTS } from '../../docs/requestExamples.ts';

const ROWS = requestDocument()
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.slice(2, -2).split(/(?<!\\) \| /));

it('has a row for every field, with form, example and meaning', () => {
  expect(ROWS.length).toBeGreaterThan(90);
  const bare = ROWS.filter(([, form, , example, meaning]) => !form || !example || !meaning);
  expect(bare.map(([field]) => field)).toEqual([]);
});

it('shows what is refused nowhere', () => {
  for (const request of MORE_REQUESTS) expect(() => parseStart(request)).not.toThrow();
});

it.each([
  ['`maxNodes`', 'integer, 1 or more'],
  ['`timeouts.executionSeconds`', 'integer, 5 to 172800'],
  ['`action.maxBytes`', 'integer, 1 to 5368709120'],
  ['`targets.accountTags`', 'names with list (1 to 5) of string (up to 256 characters)'],
  ['`mode`', '`"run"`, `"plan"`'],
])('tells the limits of %s', (field, form) => {
  expect(ROWS.find(([name]) => name === field)?.[1]).toBe(form);
});
