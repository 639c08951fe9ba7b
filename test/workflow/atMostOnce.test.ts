/** Promise 1: whatever is lost or repeated on the way, a node runs a command at most once. */
import { describe, expect, it } from '@jest/globals';
import type { Call } from '../../local/core/operation.ts';
import type { Node } from '../../local/fleet/index.ts';
import type { Fault, Phase } from '../../local/wire/faults.ts';
import { BUCKET, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const RESET: Fault = { kind: 'reset' };
const BROKEN: Fault = {
  kind: 'error',
  name: 'InternalServerError',
  message: 'broken',
  status: 500,
};

/** A world with two nodes in which `fault` befalls the n-th call of an operation by a step's role. */
async function worldWith(
  step: string,
  operation: string,
  phase: Phase,
  which: (n: number) => boolean,
  fault: Fault,
): Promise<{ world: World; nodes: Node[]; befallen: () => number }> {
  let calls = 0;
  let befallen = 0;
  const by = (call: Call) =>
    call.caller.roleArn?.endsWith(step) === true &&
    `${call.service}:${call.operation}` === operation;
  const world = await makeWorld({
    spokes: [SPOKES[0]],
    faults: (call, at) => {
      if (at !== phase || !by(call) || !which(++calls)) return undefined;
      befallen++;
      return fault;
    },
  });
  const nodes = [world.node({}), world.node({})];
  return { world, nodes, befallen: () => befallen };
}

const input = request({
  targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], allNodes: true },
});
const first = (n: number) => n === 1;
const always = () => true;

const SPOKE_ROLE = '/fleetwide-dispatch';
const SEND_ROLE = '/fleetwide-send';

describe('a command runs at most once', () => {
  it.each([
    ['the connection is lost', RESET],
    ['the service answers 500', BROKEN],
    [
      'the answer is rubbish',
      { kind: 'rubbish', status: 200, body: '<html>', contentType: 'text/html' },
    ],
    ['a proxy says 503', { kind: 'rubbish', status: 503, body: 'busy', contentType: 'text/plain' }],
  ] as const)('and is found again when, after it was sent, %s', async (_what, fault) => {
    const { world, nodes, befallen } = await worldWith(
      SPOKE_ROLE,
      'ssm:SendCommand',
      'after',
      always,
      fault,
    );
    const ended = await world.dispatch('lost-reply', input);
    expect(befallen()).toBe(1);
    expect(nodes.map((n) => world.file(n, 'runs'))).toEqual(['run\n', 'run\n']);
    expect(ended.status).toBe('SUCCEEDED');
    expect(world.rows('lost-reply').map((r) => r.outcome)).toEqual(['succeeded', 'succeeded']);
    await world.close();
  });

  it('and its nodes end unknown when nobody can tell whether it was sent', async () => {
    const { world, nodes, befallen } = await worldWith(
      SPOKE_ROLE,
      'ssm:SendCommand',
      'before',
      always,
      RESET,
    );
    const ended = await world.dispatch('lost-send', input);
    expect(befallen()).toBe(1);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
    expect(nodes.map((n) => world.file(n, 'runs'))).toEqual([undefined, undefined]);
    expect(world.rows('lost-send').map((r) => [r.outcome, r.reason?.code])).toEqual([
      ['unknown', 'lost'],
      ['unknown', 'lost'],
    ]);
    await world.close();
  });

  it('when the reply to the put of its intent is lost, and then it does run', async () => {
    const { world, nodes } = await worldWith(SEND_ROLE, 's3:PutObject', 'after', first, RESET);
    expect((await world.dispatch('lost-intent', input)).status).toBe('SUCCEEDED');
    expect(nodes.map((n) => world.file(n, 'runs'))).toEqual(['run\n', 'run\n']);
    await world.close();
  });

  it('when Send dies after sending and is started again', async () => {
    // Calls 2 to 6 are the put of the notebook, which comes after the send, with the SDK's repeats.
    const { world, nodes, befallen } = await worldWith(
      SEND_ROLE,
      's3:PutObject',
      'before',
      (n) => n >= 2 && n <= 6,
      BROKEN,
    );
    const ended = await world.dispatch('killed', input);
    expect(befallen()).toBe(5);
    expect(ended.status).toBe('SUCCEEDED');
    expect(nodes.map((n) => world.file(n, 'runs'))).toEqual(['run\n', 'run\n']);
    expect(world.aws.ledger.total('ssm:SendCommand')).toBe(1);
    await world.close();
  });

  it('and leaves one intent a batch behind, under a name that says which', async () => {
    const { world } = await worldWith(SPOKE_ROLE, 'none', 'before', always, RESET);
    await world.dispatch('intents', input);
    const intents = world.aws.s3.list(BUCKET, 'dispatches/intents/intents/');
    expect(intents).toEqual([`dispatches/intents/intents/0/${SPOKES[0]}/${REGIONS[0]}/0.json`]);
    await world.close();
  });
});
