/** How do calls, transitions and payloads grow with the fleet? */
import type { Counted } from './support/counted.ts';
import { callsOf, counted, nameOf, nodesOf, type Size } from './support/fleet.ts';
import { priceOf } from './support/priceOf.ts';
import { alone, type Answer, count } from './support/table.ts';

/** 1 ×, 10 ×, 100 × the accounts. */
const FLEETS: readonly Size[] = [10, 100, 1_000].map((accounts) => ({
  accounts,
  regions: 2,
  nodes: 20,
}));

/** Slope in a double logarithmic plot: 1 is linear. */
const slope = (from: number, to: number, factor: number): string =>
  (Math.log(to / from) / Math.log(factor)).toFixed(2);

const peak = ({ peaks }: Counted): number => Math.max(...Object.values(peaks));

export async function growth(fleets = FLEETS): Promise<Answer> {
  const all: { readonly size: Size; readonly figures: Counted }[] = [];
  for (const size of fleets) all.push({ size, figures: await counted(size) });
  const [first] = all;
  const last = all.at(-1);
  if (!first || !last) throw new Error('nothing to compare');
  const kinds = {
    'SSM calls': (f) => callsOf(f, 'ssm'),
    'STS calls': (f) => callsOf(f, 'sts'),
    'S3 calls': (f) => callsOf(f, 's3'),
    'Lambda invocations': (f) => f.invocations,
    'state transitions': (f) => f.transitions,
    'largest payload (bytes)': (f) => f.largestPayloadBytes,
    'longest history (events)': (f) => f.longestHistory,
    'price (thousandths of a cent)': (f) => priceOf(f).together * 100_000,
    'memory of the largest function (MiB)': peak,
    'time added (s)': (f) => f.added,
  } satisfies Record<string, (f: Counted) => number>;
  const factor = nodesOf(last.size) / nodesOf(first.size);
  return {
    title: 'Growth',
    head: ['', ...all.map(({ size }) => nameOf(size)), 'slope'],
    rows: Object.entries(kinds).map(([name, of]) => [
      name,
      ...all.map(({ figures }) => count(of(figures))),
      slope(of(first.figures), of(last.figures), factor),
    ]),
    notes: [
      'Slope: 1 is linear in the number of nodes, 0 is constant. Invocations, transitions and looks grow with the groups, which carry up to 100 shards each, so slower than the nodes until groups are full. The largest payload is the request, which names the accounts. A history grows with the looks of a child and, in the machine, with nothing. The code of the functions does not grow.',
    ],
  };
}

await alone(import.meta, growth);
