import { expect, test } from '@jest/globals';
import { reasonsOf } from '../../docs/reasons.ts';

const files = new Map([
  ['one', "// Why\n  // it is.\n  allow('A', []),\n  allow(\n    'Bare', []),\n"],
  ['two', "/**\n * All of it.\n */\nexport const two = allow(\n  'Only', []);\n"],
  ['three', "  // Other.\n  allow('A', [])"],
]);

test('the reason of a statement stands right above it, or above the function of its own', () => {
  const reason = reasonsOf(files);
  expect(reason('one', 'A')).toBe('Why it is.');
  expect(reason('three', 'A')).toBe('Other.');
  expect(reason('elsewhere', 'Only')).toBe('All of it.');
});

test('a statement without a reason, or with several to choose from, is refused', () => {
  const reason = reasonsOf(files);
  expect(() => reason('one', 'Bare')).toThrow('one.ts: Bare has no reason above it');
  expect(() => reason('elsewhere', 'A')).toThrow('A has no reason');
});
