/**
 * Every call that every function makes, and everything that can happen to a call: a whole dispatch each time,
 * over two accounts and two waves, with a script and a node on which it fails. Nothing may run twice, every
 * node is accounted for, and what broke goes on when it is redriven.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { total } from '../../contract/outcomes.ts';
import type { Faults } from '../../local/wire/faults.ts';
import {
  answered,
  countingInto,
  EVENTS,
  EVERY,
  happening,
  hasEffect,
  kindOf,
  matrix,
  turns,
} from './support/crashEvents.ts';
import { makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const ACCOUNTS = SPOKES.slice(0, 2);

let world: World;
let onCall: Faults = () => undefined;
let ran: string[] = [];
beforeAll(async () => {
  world = await makeWorld({ spokes: ACCOUNTS, faults: (call, phase) => onCall(call, phase) });
  for (const [i, account] of [...ACCOUNTS, ...ACCOUNTS].entries())
    world.node({
      account,
      behaviour: (node) => {
        ran.push(node.id);
        return { delayMs: 1_000, exitCode: i === 0 ? 1 : 0, stdout: 'done\n' };
      },
    });
});
afterAll(() => world.close());

const INPUT = request({
  action: { type: 'script', text: '#!/bin/sh\necho done\n', delivery: 's3' },
  targets: { accounts: ACCOUNTS, regions: [REGIONS[0]], allNodes: true },
  waves: ['1', '100%'],
  errorBudget: '100%',
});

interface Run {
  readonly redriven: boolean;
  /** How its first recall ended. */
  readonly recall: string | undefined;
  /** What became of it. */
  readonly way: string;
}

/** A dispatch to its very end: its recall, and where it had broken a redrive. */
async function dispatch(id: string, fault: Faults): Promise<Run> {
  ran = [];
  onCall = fault;
  const executionArn = await world.start(id, INPUT);
  let ended = await world.ended(executionArn);
  const first = ended;
  const recalled = await world.recalled(id);
  const redriven = ended.error !== 'NodesDidNotSucceed';
  if (redriven) {
    onCall = () => undefined;
    await world.client.send(new RedriveExecutionCommand({ executionArn }));
    ended = await world.ended(executionArn);
    await world.recalled(id);
  }
  // What broke said why.
  expect(first.status).toBe('FAILED');
  expect(first.error).toMatch(/./);
  // The script fails on one node, so that a dispatch that came to its end says so.
  expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
  const { matched, counts, recalled: unfinished } = world.report(id);
  expect(unfinished).toBeUndefined();
  expect(total(counts)).toBe(matched);
  const rows = world.rows(id);
  expect(new Set(rows.map((row) => row.node)).size).toBe(matched);
  // A shard that could not be read has no nodes that are known of: then the report names the shard, and why.
  const blind = world.report(id).skippedShards;
  expect(matched).toBe(4 - 2 * blind.length);
  expect(blind.filter(({ reason }) => !reason.code.startsWith('Expired'))).toEqual([]);
  expect(new Set(ran).size).toBe(ran.length);
  const nodesThat = (...outcomes: readonly string[]) =>
    rows.filter(({ outcome }) => outcomes.includes(outcome)).map(({ node }) => node);
  expect(ran).toEqual(expect.arrayContaining(nodesThat('succeeded', 'failed')));
  expect(nodesThat('skipped').filter((node) => ran.includes(node))).toEqual([]);
  const text = Object.entries(counts)
    .map(([outcome, n]) => `${n} ${outcome}`)
    .join(', ');
  return { redriven, recall: recalled.status, way: `${text}${redriven ? ', redriven' : ''}` };
}

/** How often each call is made when nothing goes wrong. */
async function calm(id: string): Promise<Map<string, number>> {
  const calls = new Map<string, number>();
  await dispatch(id, countingInto(calls));
  return calls;
}

const told = matrix();
afterAll(() => told.print());

describe('a dispatch with one fault at one call', () => {
  it.each(Object.keys(EVENTS))(
    '%s',
    async (event) => {
      const name = event.replaceAll(' ', '-');
      const calls = await calm(`calm-${name}`);
      expect(calls.size).toBeGreaterThan(15);
      let faults = 0;
      let missed = 0;
      const recalls = new Set<string | undefined>();
      for (const { kind, n, number } of turns(calls, event)) {
        const happens = happening(event, kind, n);
        const run = await dispatch(`${name}-${number}`, happens.faults);
        if (happens.met()) faults++;
        else if (hasEffect(kind, event)) missed++;
        recalls.add(run.recall);
        told.note(kind, event, run.way);
      }
      // How often a look is taken is a matter of time, so that a few calls are not made again.
      expect(faults).toBeGreaterThan(4 * missed);
      expect(recalls).toEqual(new Set(['SUCCEEDED']));
    },
    300_000,
  );
});

describe('a dispatch of which one kind of call fails until it breaks', () => {
  it('says why, is recalled, and is completed by a redrive', async () => {
    let number = 0;
    let broken = 0;
    // Trouble in a spoke is a line in the report; without the bucket nothing goes on.
    const kinds = [...(await calm('calm')).keys()].filter((kind) => kind.includes(' s3:'));
    for (const kind of kinds) {
      if (number++ % EVERY !== 0) continue;
      const run = await dispatch(`down-${number}`, (call, phase) =>
        phase === 'before' && kindOf(call) === kind && !kind.startsWith('revoke ')
          ? answered('AccessDenied', 403)
          : undefined,
      );
      if (run.redriven) broken++;
      // What writes no report writes none for the recall either.
      expect([kind, run.recall]).toEqual([
        kind,
        kind.startsWith('report ') ? 'FAILED' : 'SUCCEEDED',
      ]);
      told.note(kind, 'refused until it broke', run.way);
    }
    expect(broken).toBeGreaterThan(0);
  }, 300_000);
});
