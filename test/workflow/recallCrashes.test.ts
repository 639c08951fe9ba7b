/**
 * Every call that the functions of a recall make, and everything that can happen to a call: a dispatch that is
 * stopped while it runs, and its recall, each time. What ran is ended, every node is told of, and a second recall
 * changes nothing.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { total } from '../../contract/outcomes.ts';
import type { Faults } from '../../local/wire/faults.ts';
import {
  countingInto,
  EVENTS,
  happening,
  hasEffect,
  matrix,
  turns,
} from './support/crashEvents.ts';
import {
  BUCKET,
  executionArnOf,
  makeWorld,
  REGIONS,
  request,
  SPOKES,
  type World,
} from './support/world.ts';

const ACCOUNTS = SPOKES.slice(0, 2);
const STOPPED_AFTER_MS = 60_000;

let world: World;
let onCall: Faults = () => undefined;
let ran: string[] = [];
beforeAll(async () => {
  world = await makeWorld({ spokes: ACCOUNTS, faults: (call, phase) => onCall(call, phase) });
  // In each account one that has ended by then, and one that would go on for an hour.
  for (const account of ACCOUNTS)
    for (const delayMs of [1_000, 3_600_000])
      world.node({
        account,
        behaviour: (node) => {
          ran.push(node.id);
          return { delayMs, stdout: 'done\n' };
        },
      });
});
afterAll(() => world.close());

const isRecalls = (kind: string): boolean => /^(?:revoke|cancel|report) /.test(kind);
const kept = (id: string) =>
  world.aws.s3
    .list(BUCKET, `dispatches/${id}/`)
    .map((key) => [key, world.aws.s3.read(BUCKET, key)?.toString()]);

/** Stops a dispatch while it runs; what can happen happens to its recall. */
async function stopped(id: string, faults: Faults): Promise<string> {
  ran = [];
  onCall = () => undefined;
  await world.start(
    id,
    request({ targets: { accounts: ACCOUNTS, regions: [REGIONS[0]], allNodes: true } }),
  );
  world.aws.clock.after(STOPPED_AFTER_MS, () => {
    onCall = faults;
    world.stopAtOnce(executionArnOf(id));
  });
  expect((await world.recalled(id)).status).toBe('SUCCEEDED');
  onCall = () => undefined;
  const { counts, matched, mayStillRun, error } = world.report(id);
  expect([error, matched, total(counts)]).toEqual(['DispatchRecalled', 4, 4]);
  expect(ran.toSorted()).toEqual(
    world
      .rows(id)
      .map(({ node }) => node)
      .toSorted(),
  );
  const before = kept(id);
  const asked = world.aws.ledger.total('ssm:CancelCommand');
  expect(await world.recall(id)).toMatchObject({ status: 'SUCCEEDED', output: { recall: false } });
  expect(kept(id)).toEqual(before);
  expect(world.aws.ledger.total('ssm:CancelCommand')).toBe(asked);
  const text = Object.entries(counts).map(([outcome, n]) => `${n} ${outcome}`);
  return [...text, ...(mayStillRun > 0 ? [`${mayStillRun} may still run`] : [])].join(', ');
}

const told = matrix();
afterAll(() => told.print());

it.each(Object.keys(EVENTS))(
  'a recall with one call %s',
  async (event) => {
    const name = event.replaceAll(' ', '-');
    const calls = new Map<string, number>();
    const calm = await stopped(`calm-${name}`, countingInto(calls, isRecalls));
    expect(calm).toBe('2 succeeded, 2 cancelled');
    expect(calls.size).toBeGreaterThan(8);
    let faults = 0;
    let missed = 0;
    for (const { kind, n, number } of turns(calls, event)) {
      const happens = happening(event, kind, n);
      const way = await stopped(`${name}-${number}`, happens.faults);
      if (happens.met()) faults++;
      else if (hasEffect(kind, event)) missed++;
      told.note(kind, event, way);
      expect([kind, n, way]).toEqual([kind, n, calm]);
    }
    expect(faults).toBeGreaterThan(4 * missed);
  },
  300_000,
);
