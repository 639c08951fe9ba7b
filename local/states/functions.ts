import { createHash } from 'node:crypto';
import type { Expression } from 'jsonata';
import type { Clock } from '../core/clock.ts';
import { parseJson } from './json.ts';

/** What the functions of Step Functions need from outside; nothing else in an expression has an effect. */
export interface FunctionDeps {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
}

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function partition(items: readonly unknown[], size: number): unknown[][] {
  if (!Number.isInteger(size) || size < 1)
    throw new Error('Second argument of partition function must be a positive integer');
  const parts: unknown[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}

/** One element alone comes back unwrapped, none as nothing: on AWS the result is a JSONata sequence (recorded). */
function range(start: number, end: number, step: number): number | number[] | undefined {
  if (step === 0) throw new Error('Third argument of range function must not be zero');
  const values: number[] = [];
  for (let value = start; step > 0 ? value <= end : value >= end; value += step) values.push(value);
  return values.length > 1 ? values : values[0];
}

function hash(text: string, algorithm: string): string {
  const name = HASHES[algorithm];
  if (!name)
    throw new Error(
      `Second argument of hash function must be one of ${Object.keys(HASHES).join(', ')}`,
    );
  return createHash(name).update(text, 'utf8').digest('hex');
}

/** The same seed gives the same number; which one AWS gives is not documented. */
const seeded = (seed: number): number =>
  createHash('sha256').update(String(seed)).digest().readUInt32BE(0) / 2 ** 32;

/**
 * Adds what Step Functions adds to JSONata (developer guide, "Transforming data with JSONata"), and puts its clock on
 * ours: the library's own `$now` and `$millis` read the computer's.
 */
export function registerFunctions(expression: Expression, deps: FunctionDeps): void {
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:x>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? deps.random() : seeded(seed)),
    '<n?:n>',
  );
  expression.registerFunction('uuid', () => deps.newId(), '<:s>');
  expression.registerFunction('parse', (text: string) => parseJson(text), '<s:x>');
  expression.registerFunction('millis', () => deps.clock.now(), '<:n>');
  expression.registerFunction('now', () => new Date(deps.clock.now()).toISOString(), '<:s>');
}
