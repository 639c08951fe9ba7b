/**
 * What was counted for a state of the sources is kept for it: a bench that was interrupted goes on, and a question
 * alone is answered at once after all have been.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import globalSetup from '../../test/workflow/support/globalSetup.ts';
import { Counted } from './counted.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/fleetwide');

/** Beside what is deployed: where it runs, and how it is counted. */
const SOURCES = ['local/**/*.ts', 'bench/support/*.ts', 'test/workflow/support/*.ts'];

async function placeOf(key: string): Promise<string> {
  await globalSetup();
  const hash = createHash('sha256').update(process.env.FLEETWIDE_TEST_ASSEMBLY ?? '');
  for (const file of SOURCES.flatMap((sources) => globSync(sources, { cwd: ROOT })).toSorted())
    hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  const state = hash.digest('hex').slice(0, 16);
  return join(
    CACHE,
    `bench-${state}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`,
  );
}

export async function kept(key: string, count: () => Promise<Counted>): Promise<Counted> {
  const place = await placeOf(key);
  if (existsSync(place)) return Counted.parse(JSON.parse(readFileSync(place, 'utf-8')));
  const counted = await count();
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(place, JSON.stringify(counted));
  return counted;
}
