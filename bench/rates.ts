/** What do the published rates of AWS, and calls that wait for each other, add for the largest fleet? */
import { ACCOUNTS_AT_ONCE } from '../lambdas/shared/accounts.ts';
import { nameOf, nodesOf, shardsOf, type Size, SIZES } from './support/fleet.ts';
import {
  CALL_SECONDS,
  CHILDREN_A_SECOND,
  FUNCTIONS_AT_ONCE,
  SESSIONS_A_SECOND,
  START_SECONDS,
} from './support/rates.ts';
import { sessions } from './support/sessions.ts';
import { alone, type Answer, count, per } from './support/table.ts';

/** As the product has it: shards of a child, objects that are read and written at once. */
const SHARDS = 100;
const READS_AT_ONCE = 40;
const WRITES_AT_ONCE = 8;
/** Calls for each shard, one after the other in its account, beside one for the account's session. */
const CALLS = { Discover: 3, Send: 5, Collect: 2 };
/** Steps of the machine that wait for each other: each may have to be started. */
const STEPS = 9;
const GOAL = 120;

export async function rates(largest: Size | undefined = SIZES.at(-1)): Promise<Answer> {
  const size = largest ?? { accounts: 1, regions: 1, nodes: 1 };
  const shards = shardsOf(size);
  const children = Math.ceil(shards / SHARDS);
  const accounts = Math.ceil(size.accounts / children);
  const steps = Object.entries(CALLS).map(([step, perShard]) => ({
    step,
    perShard,
    ...sessions({
      children,
      accounts,
      atOnce: ACCOUNTS_AT_ONCE,
      work: size.regions * perShard * CALL_SECONDS,
    }),
  }));
  const terms: readonly (readonly [string, string, number])[] = [
    ...steps.map(
      ({ step, perShard, seconds, attempts }) =>
        [
          step,
          `${count(children)} children, each ${accounts} sessions and ${perShard} calls a shard; STS is asked ${attempts.toFixed(1)} times for a session`,
          seconds,
        ] as const,
    ),
    [
      'functions that wait for a place',
      `${count(children)} at once, of ${count(FUNCTIONS_AT_ONCE)}`,
      Math.max(0, Math.ceil(children / FUNCTIONS_AT_ONCE) - 1) *
        Math.max(...steps.map(({ seconds }) => seconds)),
    ],
    [
      'Freeze',
      `reads ${count(shards)} inventories, ${READS_AT_ONCE} at once; writes ${count(children)} slices, ${WRITES_AT_ONCE} at once`,
      (shards / READS_AT_ONCE + children / WRITES_AT_ONCE) * CALL_SECONDS,
    ],
    [
      'Report',
      `reads ${count(shards)} results, ${READS_AT_ONCE} at once`,
      (shards / READS_AT_ONCE) * CALL_SECONDS,
    ],
    ['functions that start', `${STEPS} steps one after the other`, STEPS * START_SECONDS],
  ];
  const sum = terms.reduce((total, [, , seconds]) => total + seconds, 0);
  const biggest = terms.toSorted((a, b) => b[2] - a[2])[0]?.[0] ?? '';
  return {
    title: `Time that AWS adds for ${count(nodesOf(size))} nodes, at its published rates`,
    head: ['what', 'how much', 'seconds'],
    rows: [
      ...terms.map(([what, how, seconds]) => [what, how, per(seconds, 1)]),
      ['sum', `goal: at most ${GOAL}`, per(sum, 1)],
    ],
    notes: [
      `Of ${nameOf(size)}, beside detection and the ramp of Run Command; the largest term: ${biggest}. Step Functions starts ${CHILDREN_A_SECOND} children a second, STS gives ${SESSIONS_A_SECOND} sessions a second in an account and Region, Lambda runs ${count(FUNCTIONS_AT_ONCE)} at once; a call is reckoned with ${CALL_SECONDS * 1000} ms, a function's start with ${START_SECONDS * 1000} ms. Children start and ask for sessions at these rates; what STS refuses is asked for again as the SDK's retry does, reckoned event by event.`,
      'Sessions for the looks in between are spread over the time of the command.',
      'Accounts that are named by organizational unit or organisation are listed before: 20 a page, 8 pages a second, so 31 s for 5,000.',
    ],
  };
}

await alone(import.meta, rates);
