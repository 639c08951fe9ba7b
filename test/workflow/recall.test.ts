/** A dispatch that is stopped, times out or breaks: nothing more goes out, what runs is ended and told. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedriveExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { keys } from '../../contract/names.ts';
import { total } from '../../contract/outcomes.ts';
import { RealClock } from '../../local/core/clock.ts';
import type { Call } from '../../local/core/operation.ts';
import type { Fault, Phase } from '../../local/wire/faults.ts';
import {
  BUCKET,
  executionArnOf,
  makeWorld,
  REGIONS,
  request,
  SPOKES,
  type World,
} from './support/world.ts';

const HOUR_MS = 3_600_000;
const slow = () => ({ delayMs: HOUR_MS, exitCode: 0, stdout: 'late\n', stderr: '' });
const quick = () => ({ delayMs: 1_000, exitCode: 0, stdout: 'done\n', stderr: '' });

const tagged = (run: string) => ({
  accounts: [...SPOKES],
  regions: [...REGIONS],
  tags: { Run: [run] },
});
/** Virtual time runs on by itself, so it is held until `act` has been answered. */
async function in60Seconds(world: World, act: () => Promise<unknown>): Promise<void> {
  const release = await new Promise<() => void>((resolve) => {
    world.aws.clock.after(60_000, () => resolve(world.aws.clock.hold()));
  });
  await act();
  release();
}
const stop = (world: World, executionArn: string) => () =>
  world.client.send(new StopExecutionCommand({ executionArn }));

/** What every report of a recalled dispatch must say (promise 2). */
function expectAccountedFor(world: World, id: string): void {
  const report = world.report(id);
  expect(total(report.counts)).toBe(report.matched);
  expect(report.matched).toBe(world.plan(id).matched);
  expect(world.rows(id).length).toBe(report.matched);
  expect(new Set(world.rows(id).map((r) => r.node)).size).toBe(report.matched);
}

const byRole = (call: Call, step: string) =>
  call.caller.roleArn?.endsWith(`/fleetwide-${step}`) === true;

describe('a stopped dispatch', () => {
  let world: World;
  /** Called with every call; set by a test for the time it needs. */
  let onCall: (call: Call, phase: Phase) => Fault | undefined = () => undefined;
  beforeAll(async () => {
    world = await makeWorld({ faults: (call, phase) => onCall(call, phase) });
  });
  afterAll(() => world.close());

  /** Stops the dispatch at the first call that fits. */
  function stopAt(id: string, fits: (call: Call, phase: Phase) => boolean): void {
    onCall = (call, phase) => {
      if (!fits(call, phase)) return undefined;
      onCall = () => undefined;
      world.stopAtOnce(executionArnOf(id));
      return undefined;
    };
  }

  it('tells cancelled nodes from those that had finished', async () => {
    for (const account of SPOKES) {
      world.node({ account, tags: { Run: 'stopped' }, behaviour: slow });
      world.node({ account, tags: { Run: 'stopped' }, behaviour: quick });
    }
    const arn = await world.start('stopped', request({ targets: tagged('stopped') }));
    await in60Seconds(world, stop(world, arn));
    expect((await world.recalled('stopped')).status).toBe('SUCCEEDED');
    expectAccountedFor(world, 'stopped');
    const report = world.report('stopped');
    expect(report.counts).toEqual({ cancelled: 3, succeeded: 3 });
    expect(report).toMatchObject({ succeeded: false, error: 'DispatchRecalled', mayStillRun: 0 });
    expect(world.aws.events.undelivered()).toEqual([]);
    const told = (ending: 'html' | 'xml') =>
      world.aws.s3.read(BUCKET, keys.report('stopped', ending))?.toString();
    expect(told('html')).toContain('"cancelled":true');
    expect(told('html')).toContain('stopped: cancelled, DispatchRecalled</h1>');
    expect(told('xml')).toMatch(/tests="6" failures="3" errors="0" skipped="0"/);

    // A second recall finds nothing to do, and changes nothing.
    const before = world.aws.s3
      .list(BUCKET, 'dispatches/stopped/')
      .map((key) => [key, world.aws.s3.read(BUCKET, key)?.toString()]);
    const sent = world.aws.ledger.total('ssm:CancelCommand');
    expect(await world.recall('stopped')).toMatchObject({
      status: 'SUCCEEDED',
      output: { recall: false },
    });
    expect(
      world.aws.s3
        .list(BUCKET, 'dispatches/stopped/')
        .map((key) => [key, world.aws.s3.read(BUCKET, key)?.toString()]),
    ).toEqual(before);
    expect(world.aws.ledger.total('ssm:CancelCommand')).toBe(sent);
  });

  it('has nothing to recall before there is a plan', async () => {
    world.node({ tags: { Run: 'early' }, behaviour: slow });
    stopAt('early', (call, phase) => byRole(call, 'discover') && phase === 'before');
    await world.start('early', request({ targets: tagged('early') }));
    expect(await world.recalled('early')).toMatchObject({
      status: 'SUCCEEDED',
      output: { recall: false },
    });
    // What was stopped stays stopped, although there was nothing to cancel yet.
    const sent = world.aws.ledger.total('ssm:SendCommand');
    await world.client.send(new RedriveExecutionCommand({ executionArn: executionArnOf('early') }));
    expect(await world.ended(executionArnOf('early'))).toMatchObject({
      error: 'NodesDidNotSucceed',
    });
    expect(world.report('early').counts).toEqual({ skipped: 1 });
    expect(world.aws.ledger.total('ssm:SendCommand')).toBe(sent);
  });

  it('skips every node when it is stopped before the first Send', async () => {
    const nodes = [1, 2, 3].map(() => world.node({ tags: { Run: 'unsent' } }));
    // The machine's second read is that of the wave's items: the plan stands, and no child has started.
    let reads = 0;
    stopAt(
      'unsent',
      (call, phase) =>
        byRole(call, 'state-machine') &&
        call.operation === 'GetObject' &&
        phase === 'after' &&
        ++reads === 2,
    );
    await world.start('unsent', request({ targets: tagged('unsent') }));
    await world.recalled('unsent');
    expectAccountedFor(world, 'unsent');
    expect(world.rows('unsent').map((r) => [r.outcome, r.reason?.code])).toEqual(
      nodes.map(() => ['skipped', 'recalled']),
    );
    expect(nodes.map((n) => world.file(n, 'runs'))).toEqual(nodes.map(() => undefined));
  });

  it('keeps what had ended when it is stopped while it collects', async () => {
    for (const account of SPOKES)
      world.node({ account, tags: { Run: 'collecting' }, behaviour: quick });
    stopAt('collecting', (call) => call.operation === 'ListCommandInvocations');
    await world.start('collecting', request({ targets: tagged('collecting') }));
    await world.recalled('collecting');
    expectAccountedFor(world, 'collecting');
    expect(world.report('collecting')).toMatchObject({
      counts: { succeeded: 3 },
      succeeded: true,
    });
  });

  it('skips the waves that had not started', async () => {
    const started = { runs: 0 };
    for (let i = 0; i < 9; i++) {
      world.node({
        tags: { Run: 'waves' },
        // The first wave is of three nodes and ends; from the second on nothing does.
        behaviour: () => (++started.runs <= 3 ? quick() : slow()),
      });
    }

    const arn = await world.start(
      'waves',
      request({ targets: tagged('waves'), waves: ['3', '6', '100%'] }),
    );
    await in60Seconds(world, stop(world, arn));
    await world.recalled('waves');
    expectAccountedFor(world, 'waves');
    expect(world.report('waves').counts).toEqual({ succeeded: 3, cancelled: 3, skipped: 3 });
    expect(world.report('waves').waves.map((w) => w.sent)).toEqual([true, true, false]);
    expect(started.runs).toBe(6);
  });

  it('says where a process may still run when a node does not answer', async () => {
    world.node({ tags: { Run: 'silent' }, behaviour: () => ({ neverAnswers: true }) });
    world.node({ tags: { Run: 'silent' }, behaviour: slow });
    const arn = await world.start('silent', request({ targets: tagged('silent') }));
    await in60Seconds(world, stop(world, arn));
    await world.recalled('silent');
    expectAccountedFor(world, 'silent');
    const [answered, silent] = world
      .rows('silent')
      .toSorted((a, b) => a.outcome.localeCompare(b.outcome));
    expect(answered).toMatchObject({ outcome: 'cancelled' });
    expect(answered).not.toHaveProperty('mayStillRun');
    expect(silent).toMatchObject({ mayStillRun: true, reason: { code: 'notAnswered' } });
    expect(world.report('silent').mayStillRun).toBe(1);
  });

  it('is recalled the same when the recall is killed and redriven', async () => {
    for (const account of SPOKES) world.node({ account, tags: { Run: 'killed' }, behaviour: slow });
    const arn = await world.start('killed', request({ targets: tagged('killed') }));
    // Revoke cannot write for longer than any retry lasts.
    onCall = (call, phase) =>
      phase === 'before' && byRole(call, 'revoke') && call.operation === 'PutObject'
        ? { kind: 'error', name: 'InternalError', message: 'broken', status: 500 }
        : undefined;
    let release = (): void => undefined;
    world.aws.states.onStatusChange(({ status, input }) => {
      const bad = status === 'FAILED' || status === 'ABORTED';
      if (bad && input.startsWith('{"dispatch": "killed"')) release = world.aws.clock.hold();
    });
    const redrive = async (recall: string) => {
      await world.client.send(new RedriveExecutionCommand({ executionArn: recall }));
      release();
    };
    await in60Seconds(world, stop(world, arn));
    const broken = await world.recalled('killed');
    expect(broken.status).toBe('FAILED');
    // Stopped in the middle of its cancelling, then redriven again.
    onCall = (call) => {
      if (call.operation === 'CancelCommand') {
        onCall = () => undefined;
        world.stopAtOnce(broken.executionArn);
      }
      return undefined;
    };
    await redrive(broken.executionArn);
    expect((await world.recalled('killed')).status).toBe('ABORTED');
    await redrive(broken.executionArn);
    const last = await world.recalled('killed');
    expect(last.status).toBe('SUCCEEDED');
    expectAccountedFor(world, 'killed');
    expect(world.report('killed').counts).toEqual({ cancelled: 3 });
  });

  it('fails, and is done again, when a child of the recall breaks for good', async () => {
    for (const account of SPOKES) world.node({ account, tags: { Run: 'partly' }, behaviour: slow });
    const arn = await world.start('partly', request({ targets: tagged('partly') }));
    onCall = (call, phase) =>
      phase === 'before' && byRole(call, 'cancel') && call.operation === 'PutObject'
        ? { kind: 'error', name: 'AccessDenied', message: 'not authorized', status: 403 }
        : undefined;
    await in60Seconds(world, stop(world, arn));
    const broken = await world.recalled('partly');
    expect(broken).toMatchObject({ status: 'FAILED', error: 'RecallIncomplete' });
    expectAccountedFor(world, 'partly');
    expect(world.report('partly')).toMatchObject({ counts: { unknown: 3 }, mayStillRun: 3 });
    onCall = () => undefined;
    expect((await world.recall('partly')).status).toBe('SUCCEEDED');
    expect(world.report('partly')).toMatchObject({ counts: { cancelled: 3 }, mayStillRun: 0 });
  });

  it('is recalled when a step of it breaks for good', async () => {
    world.node({ tags: { Run: 'broken' }, behaviour: slow });
    onCall = (call, phase) =>
      phase === 'before' && byRole(call, 'poll') && call.operation === 'GetObject'
        ? { kind: 'error', name: 'AccessDenied', message: 'not authorized', status: 403 }
        : undefined;
    const ended = await world.dispatch('broken', request({ targets: tagged('broken') }));
    expect(ended.status).toBe('FAILED');
    onCall = () => undefined;
    await world.recalled('broken');
    expectAccountedFor(world, 'broken');
    expect(world.report('broken').counts).toEqual({ cancelled: 1 });
  });

  it('goes on where a child broke when it is redriven, and sends nothing twice', async () => {
    let ran = 0;
    for (let i = 0; i < 3; i++)
      world.node({ tags: { Run: 'mended' }, behaviour: () => (++ran === 1 ? slow() : quick()) });
    onCall = (call, phase) =>
      phase === 'before' && byRole(call, 'poll') && call.operation === 'GetObject'
        ? { kind: 'error', name: 'AccessDenied', message: 'not authorized', status: 403 }
        : undefined;
    const arn = await world.start(
      'mended',
      request({ targets: tagged('mended'), waves: ['1', '100%'], errorBudget: '100%' }),
    );
    expect(await world.ended(arn)).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    await world.recalled('mended');
    expectAccountedFor(world, 'mended');
    expect(world.report('mended')).toMatchObject({
      counts: { cancelled: 1, skipped: 2 },
      recalled: 0,
      error: 'DispatchRecalled',
    });
    expect(world.report('mended').cause).toContain('FAILED: AccessDenied');
    onCall = () => undefined;
    await world.client.send(new RedriveExecutionCommand({ executionArn: arn }));
    expect(await world.ended(arn)).toMatchObject({ error: 'NodesDidNotSucceed' });
    expectAccountedFor(world, 'mended');
    expect(world.report('mended').counts).toEqual({ cancelled: 1, succeeded: 2 });
    expect(world.report('mended')).not.toHaveProperty('recalled');
    expect(ran).toBe(3);
  });

  it('tells what ran before, when it is redriven after the time in which it may send', async () => {
    world.node({ tags: { Run: 'overdue' }, behaviour: slow });
    onCall = (call, phase) =>
      phase === 'before' && byRole(call, 'poll') && call.operation === 'GetObject'
        ? { kind: 'error', name: 'AccessDenied', message: 'not authorized', status: 403 }
        : undefined;
    const arn = await world.start(
      'overdue',
      request({
        targets: tagged('overdue'),
        timeouts: { deliverySeconds: 60, executionSeconds: 7_200, overallSeconds: 14_400 },
      }),
    );
    expect(await world.ended(arn)).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    await world.recalled('overdue');
    onCall = () => undefined;
    await new Promise<void>((resolve) => {
      world.aws.clock.after(5 * HOUR_MS, resolve);
    });
    await world.client.send(new RedriveExecutionCommand({ executionArn: arn }));
    expect(await world.ended(arn)).toMatchObject({ error: 'NodesDidNotSucceed' });
    expectAccountedFor(world, 'overdue');
    expect(world.report('overdue').counts).toEqual({ cancelled: 1 });
  });

  it('looks for nodes again when that had broken', async () => {
    world.node({ tags: { Run: 'unseen' }, behaviour: quick });
    onCall = (call, phase) =>
      phase === 'before' && byRole(call, 'discover') && call.operation === 'GetObject'
        ? { kind: 'error', name: 'AccessDenied', message: 'not authorized', status: 403 }
        : undefined;
    const arn = await world.start('unseen', request({ targets: tagged('unseen') }));
    expect(await world.ended(arn)).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    onCall = () => undefined;
    await world.client.send(new RedriveExecutionCommand({ executionArn: arn }));
    expect(await world.ended(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.report('unseen').counts).toEqual({ succeeded: 1 });
  });

  it('keeps its own report when it had come to its own end', async () => {
    world.node({ tags: { Run: 'ended' }, behaviour: () => ({ exitCode: 1 }) });
    const ended = await world.dispatch('ended', request({ targets: tagged('ended') }));
    expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
    const report = world.report('ended');
    expect(await world.recalled('ended')).toMatchObject({ output: { recall: false } });
    expect(world.report('ended')).toEqual(report);
    expect(world.aws.s3.list(BUCKET, 'dispatches/ended/recall')).toEqual([]);
  });

  it('sends to nobody any more when it is redriven after its recall', async () => {
    world.node({ tags: { Run: 'redriven' }, behaviour: slow });
    const other = world.node({ account: SPOKES[1], tags: { Run: 'redriven' }, behaviour: slow });
    const arn = await world.start(
      'redriven',
      request({ targets: tagged('redriven'), waves: ['1', '100%'], errorBudget: '100%' }),
    );
    await in60Seconds(world, stop(world, arn));
    await world.recalled('redriven');
    const sent = world.aws.ledger.total('ssm:SendCommand');
    await world.client.send(new RedriveExecutionCommand({ executionArn: arn }));
    expect(await world.ended(arn)).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
    expect(world.aws.ledger.total('ssm:SendCommand')).toBe(sent);
    expectAccountedFor(world, 'redriven');
    expect(world.report('redriven').counts).toEqual({ cancelled: 1, skipped: 1 });
    expect(other.id).toBeDefined();
  });

  describe('by the command line', () => {
    const fleetwide = async (...words: string[]) => {
      const cli = join(import.meta.dirname, '../../bin/fleetwide.ts');
      const env = { PATH: process.env.PATH, NO_COLOR: '1', ...world.environment };
      return promisify(execFile)(process.execPath, [cli, ...words], { env }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        (error: { code: number; stdout: string }) => error,
      );
    };

    it('is stopped, recalled and shown, with an exit code of its own', async () => {
      world.node({ tags: { Run: 'by-hand' }, computerName: 'by-hand', behaviour: slow });
      await world.start('by-hand', request({ targets: tagged('by-hand') }));
      let cli = Promise.resolve({ code: 0, stdout: '' });
      await in60Seconds(world, async () => {
        const stopped = new Promise<void>((resolve) => {
          onCall = ({ operation }, phase) => {
            if (operation === 'StopExecution' && phase === 'after') resolve();
            return undefined;
          };
        });
        cli = fleetwide('cancel', 'by-hand');
        await stopped;
      });
      const { code, stdout } = await cli;
      expect(stdout).toContain('Dispatch by-hand stopped');
      expect(stdout).toContain('cancelled: 1 node');
      expect(stdout).toContain('Failed: DispatchRecalled');
      expect(code).toBe(4);
      const again = await fleetwide('cancel', 'by-hand');
      expect(again.code).toBe(4);
      expectAccountedFor(world, 'by-hand');
      // The end of the execution started a recall as well; one of the two did it, and told of it once.
      const told = world.aws.events.all.filter(
        ({ 'detail-type': type, detail }) =>
          type === 'DispatchFinished' && JSON.stringify(detail).includes('"by-hand"'),
      );
      expect(told).toHaveLength(1);
    });

    it('changes nothing of one that has ended', async () => {
      world.node({ tags: { Run: 'over' }, behaviour: quick });
      await world.dispatch('over', request({ targets: tagged('over') }));
      const report = world.report('over');
      const { code, stdout } = await fleetwide('cancel', 'over');
      expect(stdout).toContain('Dispatch over has ended already; nothing was changed');
      expect(code).toBe(0);
      expect(world.report('over')).toEqual(report);
    });
  });
});

describe('a dispatch that times out', () => {
  it('is recalled like one that is stopped', async () => {
    const world = await makeWorld({ spokes: [SPOKES[0]], mutate: withTimeout });
    world.node({ behaviour: slow });
    const ended = await world.dispatch(
      'late',
      request({ targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], allNodes: true } }),
    );
    expect(ended.status).toBe('TIMED_OUT');
    await world.recalled('late');
    expectAccountedFor(world, 'late');
    expect(world.report('late').counts).toEqual({ cancelled: 1 });
    await world.close();
  });

  /** The dispatch machine has no time limit of its own; whoever gives it one is served as well. */
  const withTimeout = (template: unknown): unknown =>
    JSON.parse(
      JSON.stringify(template).replaceAll(
        '{\\"StartAt\\":\\"Admit\\"',
        '{\\"TimeoutSeconds\\":300,\\"StartAt\\":\\"Admit\\"',
      ),
    );
});

describe('real processes', () => {
  it('are dead after the recall, with what they started', async () => {
    const world = await makeWorld({ spokes: [SPOKES[0]], clock: new RealClock() });
    const nodes = [world.node({}), world.node({})];
    const arn = await world.start(
      'asleep',
      request({
        action: {
          type: 'command',
          linux: ['sleep 300 &', 'echo "$$ $!" > "$HOME/pids"', 'wait'],
        },
        targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], allNodes: true },
      }),
    );
    const pids = () => nodes.map((n) => world.file(n, 'pids')?.trim() ?? '');
    while (pids().includes('')) await sleep(100);
    const all = pids().flatMap((line) => line.split(' ').map(Number));
    expect(all.map(isAlive)).toEqual([true, true, true, true]);
    await world.client.send(new StopExecutionCommand({ executionArn: arn }));
    await world.recalled('asleep');
    expect(all.map(isAlive)).toEqual([false, false, false, false]);
    expectAccountedFor(world, 'asleep');
    expect(world.report('asleep').counts).toEqual({ cancelled: 2 });
    expect(world.aws.s3.list(BUCKET, keys.recallResults('asleep', 0)).length).toBe(1);
    await world.close();
  });

  function isAlive(pid: number): boolean {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  }
});
