/**
 * All questions: prints one table each and writes docs/figures.md. `--small` asks them of small fleets and writes
 * nothing. The largest has 400,000 nodes and wants some GB of memory (package.json gives them) and most of the time;
 * `--up-to <nodes>` leaves out what is larger, and says so on the page.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { calls } from './calls.ts';
import { growth } from './growth.ts';
import { history } from './history.ts';
import { CROWD, memory } from './memory.ts';
import { price } from './price.ts';
import { rates } from './rates.ts';
import { size } from './size.ts';
import { nameOf, nodesOf, SIZES, SMALL } from './support/fleet.ts';
import { markdown } from './support/table.ts';
import { time } from './time.ts';

const { values } = parseArgs({
  options: { small: { type: 'boolean', default: false }, 'up-to': { type: 'string' } },
});
const { small } = values;
const most = Number(values['up-to'] ?? Number.POSITIVE_INFINITY);
const sizes = (small ? SMALL : SIZES).filter((each) => nodesOf(each) <= most);
const leftOut = (small ? [] : SIZES).filter((each) => nodesOf(each) > most);

const parts = [
  '# Figures',
  '',
  'Counted on the embedded AWS with virtual nodes on virtual time, by `npm run bench`, which writes this page: every figure',
  'beside its baseline. Virtual time stands still while a function works, yet its own clock runs on and goes into the wait',
  'that it asks for: counts of looks, and what follows from them, differ by some 2 % between runs. Ratios are of medians.',
  'What AWS itself would take is not measured here.',
  '',
  ...(leftOut.length > 0
    ? [`Left out in this run: ${leftOut.map(nameOf).join(', ')}; \`npm run bench\` has them.`, '']
    : []),
];
const counts = [calls, price, history].map((question) => () => question(sizes));
const peaks = () => memory(small ? sizes : [...sizes, CROWD]);
const others = [time, rates, growth];
for (const answer of [...counts, peaks, ...(small ? [] : others), size]) {
  const text = markdown(await answer());
  console.log(text);
  parts.push(text);
}
if (!small) writeFileSync(join(import.meta.dirname, '../docs/figures.md'), parts.join('\n'));
