/**
 * All questions: prints one table each and writes docs/figures.md. `--small` asks them of small fleets and writes
 * nothing. The largest has 400,000 nodes and wants some GB of memory (package.json gives them).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calls } from './calls.ts';
import { growth } from './growth.ts';
import { history } from './history.ts';
import { memory } from './memory.ts';
import { price } from './price.ts';
import { rates } from './rates.ts';
import { size } from './size.ts';
import { SIZES, SMALL } from './support/fleet.ts';
import { markdown } from './support/table.ts';
import { time } from './time.ts';

const small = process.argv.includes('--small');
const sizes = small ? SMALL : SIZES;

const parts = [
  '# Figures',
  '',
  'Counted on the embedded AWS with virtual nodes on virtual time, by `npm run bench`, which writes this page: every figure',
  'beside its baseline of the same run. Counts are exact and the same on every machine; ratios of times are of medians.',
  'What AWS itself would take is not measured here.',
  '',
];
for (const answer of [calls, price, history, memory]) {
  const text = markdown(await answer(sizes));
  console.log(text);
  parts.push(text);
}
for (const answer of small ? [size] : [time, rates, growth, size]) {
  const text = markdown(await answer());
  console.log(text);
  parts.push(text);
}
if (!small) writeFileSync(join(import.meta.dirname, '../docs/figures.md'), parts.join('\n'));
