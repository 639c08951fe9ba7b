/** How many AWS calls does a node cost, for a command of 5 minutes? */
import { BATCH } from '../contract/names.ts';
import { callsOf, counted, nameOf, nodesOf, type Size, SIZES } from './support/fleet.ts';
import { loopCalls } from './support/loops.ts';
import { alone, type Answer, count, per } from './support/table.ts';

const SECONDS = 300;

/** Goals of calls to Systems Manager a node, by accounts × Regions × nodes. */
export const GOALS: Readonly<Record<string, number>> = {
  '10 × 5 × 2,000': 0.07,
  '100 × 2 × 50': 0.25,
  '1,000 × 3 × 40': 0.31,
  '5,000 × 4 × 20': 0.62,
};

/** One call to find, to send and to read for each 50 nodes of a shard, and no look in between. */
const floor = ({ nodes }: Size): number => (3 * Math.ceil(nodes / BATCH)) / nodes;

export async function calls(sizes = SIZES): Promise<Answer> {
  const single = await loopCalls(SECONDS, 1);
  const batches = await loopCalls(SECONDS, BATCH);
  const rows: (string | number)[][] = [];
  const byName: string[] = [];
  for (const size of sizes) {
    const figures = await counted(size, SECONDS);
    const ssm = callsOf(figures, 'ssm') / figures.nodes;
    rows.push([
      nameOf(size),
      count(nodesOf(size)),
      per(ssm),
      GOALS[nameOf(size)] ?? '–',
      per(floor(size)),
      per(single, 1),
      `${(single / ssm).toFixed(0)} ×`,
      per(batches, 1),
      per(callsOf(figures, 'sts') / figures.nodes),
      per(callsOf(figures, 's3') / figures.nodes),
    ]);
    const parts = Object.entries(figures.calls)
      .filter(([operation]) => operation.startsWith('ssm:'))
      .map(([operation, n]) => `${operation.slice(4)} ${count(n)}`);
    byName.push(`${nameOf(size)}: ${parts.join(', ')}`);
  }
  return {
    title: 'AWS calls a node, for a command of 5 minutes',
    head: [
      'accounts × Regions × nodes',
      'nodes',
      'SSM calls a node',
      'goal',
      'floor (c)',
      'loop (a)',
      'fewer than (a)',
      'loop (b)',
      'STS a node',
      'S3 a node',
    ],
    rows,
    notes: [
      '(a) one SendCommand a node, then one GetCommandInvocation every 10 s, as an executor without batches does; (b) 50 nodes a SendCommand, then the same; (c) ceil(n/50) calls each to find, send and read, without a look in between.',
      ...byName,
    ],
  };
}

await alone(import.meta, calls);
