/** Do the longest dispatch and the largest stay within the limits of Step Functions? */
import { counted, nameOf, type Size, SIZES } from './support/fleet.ts';
import { alone, type Answer, count } from './support/table.ts';

/** Step Functions quotas: events of an execution, bytes of a payload. */
const MOST_EVENTS = 25_000;
const MOST_BYTES = 256 * 1024;
const LONGEST = 48 * 3600;

export async function history(sizes: readonly Size[] = SIZES): Promise<Answer> {
  const largest = sizes.at(-1) ?? { accounts: 1, regions: 1, nodes: 1 };
  const two = { accounts: 1, regions: 1, nodes: 2 };
  // The agent ends a command at 48 h: a little less, so that it ends by itself.
  const long = await counted(two, LONGEST - 3600);
  const large = await counted(largest);
  const rows = [
    ['47 hours, two nodes', long],
    [`5 minutes, ${nameOf(largest)}`, large],
  ] as const;
  return {
    title: 'History and payloads',
    head: ['dispatch', 'longest history (events)', 'limit', 'largest payload (bytes)', 'limit'],
    rows: rows.map(([name, { longestHistory, largestPayloadBytes }]) => [
      name,
      count(longestHistory),
      count(MOST_EVENTS),
      count(largestPayloadBytes),
      count(MOST_BYTES),
    ]),
    notes: [
      'The largest payload is the request itself where it names thousands of accounts; what the steps hand on does not grow with the fleet.',
    ],
  };
}

await alone(import.meta, history);
