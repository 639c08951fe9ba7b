/**
 * A stop at each AWS call of a Send, before and after it took effect. The Send itself goes on: a function
 * outlives its stopped execution. What it still sends the recall finds and ends; after the recall nothing is
 * sent, and every node is accounted for.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { total } from '../../contract/outcomes.ts';
import type { Call } from '../../local/core/operation.ts';
import type { Phase } from '../../local/wire/faults.ts';
import {
  executionArnOf,
  makeWorld,
  REGIONS,
  request,
  SPOKES,
  type World,
} from './support/world.ts';

/** Reads request, notebook and slice, two sessions, then for each shard intent, revocation, command; notebook. */
const CALLS = 3 + 2 + 2 * 3 + 1;
/** What is not there has no effect: the notebook, and the revocation twice. */
const EFFECTS = CALLS - 3;
const ACCOUNTS = SPOKES.slice(0, 2);
/** Long after everything that was under way. */
const MUCH_LATER_MS = 3 * 3_600_000;

let world: World;
let onCall: (call: Call, phase: Phase) => void = () => undefined;
let ran: string[] = [];
beforeAll(async () => {
  world = await makeWorld({
    spokes: ACCOUNTS,
    faults: (call, phase) => {
      onCall(call, phase);
      return undefined;
    },
  });
  for (const account of ACCOUNTS)
    for (let i = 0; i < 2; i++)
      world.node({
        account,
        behaviour: (node) => {
          ran.push(node.id);
          return { delayMs: 1_800_000 };
        },
      });
});
afterAll(() => world.close());

const ofSend = ({ caller, service, operation }: Call): boolean =>
  caller.roleArn?.endsWith('/fleetwide-send') === true ||
  (service === 'ssm' && operation === 'SendCommand');

it.each([
  ...Array.from({ length: CALLS }, (_, i) => [i + 1, 'before'] as const),
  ...Array.from({ length: EFFECTS }, (_, i) => [i + 1, 'after'] as const),
])('at call %i, %s it took effect', async (n, when) => {
  const id = `stop-${n}-${when}`;
  let calls = 0;
  let stoppedAt = '';
  ran = [];
  onCall = (call, phase) => {
    if (phase !== when || !ofSend(call) || ++calls !== n) return;
    stoppedAt = call.operation;
    world.stopAtOnce(executionArnOf(id));
  };
  await world.start(
    id,
    request({ targets: { accounts: ACCOUNTS, regions: [REGIONS[0]], allNodes: true } }),
  );
  expect((await world.recalled(id)).status).toBe('SUCCEEDED');
  expect(stoppedAt).not.toBe('');
  const sent = world.aws.ledger.total('ssm:SendCommand');
  await new Promise<void>((resolve) => {
    world.aws.clock.after(MUCH_LATER_MS, resolve);
  });
  expect(world.aws.ledger.total('ssm:SendCommand')).toBe(sent);
  expect(new Set(ran).size).toBe(ran.length);
  const { counts, matched } = world.report(id);
  expect(total(counts)).toBe(matched);
  expect(matched).toBe(4);
  // Cancelled where it ran, skipped where it did not: of no node is it unknown.
  expect(counts.cancelled ?? 0).toBe(ran.length);
  expect((counts.cancelled ?? 0) + (counts.skipped ?? 0)).toBe(4);
});
