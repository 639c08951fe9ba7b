/**
 * Every call that every function makes, and everything that can happen to a call: a whole dispatch each time,
 * over two accounts and two waves, with a script and a node on which it fails. Nothing may run twice, every
 * node is accounted for, and what broke goes on when it is redriven.
 *
 * Each n-th is run, at each event another, so that every call meets one of them; CRASHES_EVERY=1 runs all.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { total } from '../../contract/outcomes.ts';
import type { Call } from '../../local/core/operation.ts';
import type { Fault, Phase } from '../../local/wire/faults.ts';
import { makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const ACCOUNTS = SPOKES.slice(0, 2);
const EVERY = Number(process.env.CRASHES_EVERY ?? '4');

const answered = (name: string, status: number) => ({
  kind: 'error' as const,
  name,
  message: `${name}, on purpose`,
  status,
});
/** By the names that the services have for it. */
const EVENTS: Readonly<Record<string, { when: Phase; fault: (call: Call) => Fault }>> = {
  'killed before it': { when: 'before', fault: () => ({ kind: 'kill' }) },
  'killed after its effect': { when: 'after', fault: () => ({ kind: 'kill' }) },
  'reply lost': { when: 'after', fault: () => ({ kind: 'reset' }) },
  throttled: {
    when: 'before',
    fault: ({ service }) =>
      service === 's3' ? answered('SlowDown', 503) : answered('ThrottlingException', 400),
  },
  '5xx': {
    when: 'before',
    fault: ({ service }) =>
      answered(service === 's3' ? 'InternalError' : 'InternalServerError', 500),
  },
  'credentials expired': {
    when: 'before',
    fault: ({ service }) =>
      answered(service === 's3' ? 'ExpiredToken' : 'ExpiredTokenException', 400),
  },
};

let world: World;
let onCall: (call: Call, phase: Phase) => Fault | undefined = () => undefined;
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

const kindOf = (call: Call): string | undefined =>
  call.by && `${call.by.name.replace('fleetwide-', '')} ${call.service}:${call.operation}`;

interface Run {
  readonly id: string;
  readonly redriven: boolean;
  readonly counts: string;
}

/** A dispatch to its very end: its recall, and where it had broken a redrive. */
async function dispatch(id: string, fault: typeof onCall): Promise<Run> {
  ran = [];
  onCall = fault;
  const executionArn = await world.start(id, INPUT);
  let ended = await world.ended(executionArn);
  const first = ended;
  const recalled = await world.recalled(id);
  expect(recalled.status).toBe('SUCCEEDED');
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
  return { id, redriven, counts: text };
}

/** How often each call is made when nothing goes wrong. */
async function calm(id: string): Promise<Map<string, number>> {
  const calls = new Map<string, number>();
  await dispatch(id, (call, phase) => {
    const kind = kindOf(call);
    if (kind && phase === 'before') calls.set(kind, (calls.get(kind) ?? 0) + 1);
    return undefined;
  });
  return calls;
}

const matrix: string[] = [];
afterAll(() => void process.stdout.write(`${matrix.join('\n')}\n`));
const note = (kind: string, event: string, runs: readonly Run[]): void => {
  const ways = Map.groupBy(
    runs,
    ({ counts, redriven }) => `${counts}${redriven ? ', redriven' : ''}`,
  );
  const text = [...ways].map(([way, { length }]) => `${length} × ${way}`).join('; ');
  matrix.push(`${kind.padEnd(42)} ${event.padEnd(24)} ${text}`);
};

describe('a dispatch with one fault at one call', () => {
  it.each(Object.keys(EVENTS))(
    '%s',
    async (event) => {
      const { when, fault } = EVENTS[event] ?? { when: 'before', fault: () => undefined };
      const name = event.replaceAll(' ', '-');
      const calls = await calm(`calm-${name}`);
      expect(calls.size).toBeGreaterThan(15);
      let number = 0;
      let faults = 0;
      let missed = 0;
      const offset = Object.keys(EVENTS).indexOf(event) % EVERY;
      for (const [kind, times] of calls) {
        const runs: Run[] = [];
        for (let n = 1; n <= times; n++) {
          if (number++ % EVERY !== offset) continue;
          let seen = 0;
          let met = false;
          runs.push(
            await dispatch(`${name}-${number}`, (call, phase) => {
              if (phase !== when || kindOf(call) !== kind || ++seen !== n) return undefined;
              met = true;
              return fault(call);
            }),
          );
          if (met) faults++;
          else if (hasEffect(kind, when)) missed++;
        }
        if (runs.length > 0) note(kind, event, runs);
      }
      // How often a look is taken is a matter of time, so that a few calls are not made again.
      expect(faults).toBeGreaterThan(4 * missed);
    },
    300_000,
  );
});

/** What is not there is not found: such a call has no effect after which something could happen. */
const hasEffect = (kind: string, when: Phase): boolean =>
  when === 'before' || !kind.endsWith('s3:GetObject');

describe('a dispatch of which one kind of call fails until it breaks', () => {
  it('says why, is recalled, and is completed by a redrive', async () => {
    let number = 0;
    let broken = 0;
    for (const kind of (await calm('calm')).keys()) {
      if (number++ % EVERY !== 0) continue;
      const run = await dispatch(`down-${number}`, (call, phase) =>
        phase === 'before' && kindOf(call) === kind && !kind.startsWith('revoke ')
          ? answered('AccessDenied', 403)
          : undefined,
      );
      if (run.redriven) broken++;
      note(kind, 'refused until it broke', [run]);
    }
    expect(broken).toBeGreaterThan(0);
  }, 300_000);
});
