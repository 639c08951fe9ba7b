/** How much time does Fleetwide add to what the nodes themselves need? */
import { counted, nameOf, nodesOf, shardsOf, type Size } from './support/fleet.ts';
import { alone, type Answer, count, per } from './support/table.ts';

const FLEETS: readonly Size[] = [
  { accounts: 1, regions: 1, nodes: 1 },
  { accounts: 10, regions: 2, nodes: 50 },
  // 3 children, of the form that the largest fleet has, and of few nodes each: children are what looks.
  { accounts: 75, regions: 4, nodes: 1 },
];
/** Commands that end at different places between two looks: evenly over one wait. */
const COMMANDS: Readonly<Record<string, readonly number[]>> = {
  '5 s': [4, 5, 6, 7],
  '5 min': [0, 1, 2, 3].map((n) => Math.round(260 * 1.25 ** (n / 4))),
  '5 h': [0, 1, 2, 3].map((n) => 18_000 + n * 30),
};
/** More looks than the bench has time for in a fleet of many shards; when they come is the same for any. */
const FEW_SHARDS = 100;
const GOALS: Readonly<Record<string, string>> = { '5 s': '≤ 5 s (one node)' };

const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;

export async function time(fleets = FLEETS): Promise<Answer> {
  const rows: (string | number)[][] = [];
  const add = async (size: Size, name: string, lengths: readonly number[], goal: string) => {
    const all = [];
    for (const seconds of lengths) all.push({ seconds, ...(await counted(size, seconds)) });
    rows.push([
      nameOf(size),
      count(nodesOf(size)),
      name,
      per(mean(all.map((each) => each.added)), 1),
      per(mean(all.map((each) => each.detection)), 1),
      `${(100 * mean(all.map((each) => each.detection / each.seconds))).toFixed(1)} %`,
      goal,
    ]);
  };
  for (const size of fleets)
    for (const [name, lengths] of Object.entries(COMMANDS))
      if (name !== '5 h' || shardsOf(size) <= FEW_SHARDS)
        await add(size, name, lengths, GOALS[name] ?? 'detection ≤ 15 %');
  return {
    title: 'Time added, in virtual time',
    head: [
      'accounts × Regions × nodes',
      'nodes',
      'command of about',
      'added (s)',
      'of it detection (s)',
      'detection, share of the command',
      'goal',
    ],
    rows,
    notes: [
      'From the start to the report, without the time from the first start on a node to the last end (which holds the ramp of Run Command). Functions and calls take no time here: what they add at the published rates is the next table. Detection is averaged over commands that end at different places between two looks. A larger fleet has more children, which look at the same times.',
    ],
  };
}

await alone(import.meta, time);
