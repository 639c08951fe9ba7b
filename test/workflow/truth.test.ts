/** What can become of a node, and what the report says of it: a table, each line a dispatch of its own. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../contract/names.ts';
import { total } from '../../contract/outcomes.ts';
import { parseJson } from '../../contract/problems.ts';
import { Progress } from '../../contract/stored.ts';
import type { Behaviour, Node } from '../../local/fleet/index.ts';
import type { Faults } from '../../local/wire/faults.ts';
import { at, FAULTS, json, Trouble } from './support/trouble.ts';
import { BUCKET, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const [ACCOUNT, OTHER] = SPOKES;
const [HOME, FAR] = REGIONS;
const DELIVERY = 30;
const EXECUTION = 60;

const sorted = (pairs: readonly unknown[]) =>
  pairs.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));

const done = (delayMs = 1_000) => ({ delayMs, stdout: 'done\n' });
const denied = {
  kind: 'error',
  name: 'AccessDenied',
  message: 'not authorized to perform: sts:AssumeRole',
  status: 403,
} as const;

describe('of a node', () => {
  const trouble = new Trouble();
  let world: World;
  let number = 0;
  beforeAll(async () => {
    world = await makeWorld({ faults: trouble.faults });
  });
  afterAll(() => world.close());

  interface Scene {
    readonly id: string;
    readonly nodes: readonly Node[];
    readonly later: (ms: number, act: () => void) => void;
    readonly after: (call: string, act: () => void) => Faults;
  }
  interface Case {
    readonly what: string;
    readonly behaviour?: Behaviour;
    /** Default 1. */
    readonly nodes?: number;
    readonly region?: string;
    readonly platformType?: 'Windows';
    readonly change?: object;
    readonly faults?: (scene: Scene) => readonly Faults[];
    /** Outcome and code of the reason of each node. */
    readonly told: readonly (readonly [string, string | undefined])[];
    /** What the report says of each node's output. */
    readonly stdout?: object;
  }

  /** Once, and never again. */
  const once = (faults: Faults): Faults => {
    let met = false;
    return (call, phase) => {
      const fault = met ? undefined : faults(call, phase);
      met ||= fault !== undefined;
      return fault;
    };
  };
  const sent = 'ssm:SendCommand';
  /** As the notebook has it. */
  const commandOf = (id: string): string => {
    const text = String(world.aws.s3.read(BUCKET, keys.progress(id, 0, 0)));
    const { shards } = parseJson(Progress, text, 'StoredObjectInvalid', id);
    return shards[0]?.batches[0]?.commandId ?? '';
  };

  const CASES: readonly Case[] = [
    {
      what: 'dies in mid-run',
      behaviour: () => done(20_000),
      faults: ({ nodes, later, after }) => [
        after(sent, () =>
          later(5_000, () =>
            nodes.forEach(({ id }) => world.aws.fleet.update(id, { state: 'stopped' })),
          ),
        ),
      ],
      told: [['undeliverable', 'DeliveryTimedOut']],
    },
    {
      what: 'dies in mid-run and comes back too late to answer',
      behaviour: () => done(20_000),
      faults: ({ nodes, later, after }) => [
        after(sent, () => {
          later(5_000, () =>
            nodes.forEach(({ id }) => world.aws.fleet.update(id, { state: 'stopped' })),
          );
          later(600_000, () =>
            nodes.forEach(({ id }) => world.aws.fleet.update(id, { state: 'running' })),
          );
        }),
      ],
      told: [['undeliverable', 'DeliveryTimedOut']],
    },
    {
      what: 'cannot be reached for a while and answers in time',
      behaviour: () => done(5_000),
      faults: ({ nodes, later, after }) => [
        after(sent, () => {
          later(2_000, () =>
            nodes.forEach(({ id }) => world.aws.fleet.update(id, { responsive: false })),
          );
          later(30_000, () =>
            nodes.forEach(({ id }) => world.aws.fleet.update(id, { responsive: true })),
          );
        }),
      ],
      told: [['succeeded', undefined]],
    },
    {
      what: 'reboots because the script asks for it, and goes on',
      behaviour: (_node, _job, attempt) => ({ ...done(), exitCode: attempt === 0 ? 194 : 0 }),
      told: [['succeeded', undefined]],
    },
    {
      what: 'reboots and fails after that',
      behaviour: (_node, _job, attempt) => ({ ...done(), exitCode: attempt === 0 ? 194 : 7 }),
      told: [['failed', 'Failed']],
    },
    {
      what: 'runs Windows and reboots because the script asks for it, and goes on',
      platformType: 'Windows',
      behaviour: (_node, _job, attempt) => ({ ...done(), exitCode: attempt === 0 ? 3010 : 0 }),
      change: { action: { type: 'command', windows: ['exit 3010'] } },
      told: [['succeeded', undefined]],
    },
    {
      what: 'has an agent that takes the command and never answers',
      behaviour: () => ({ neverAnswers: true }),
      told: [['undeliverable', 'DeliveryTimedOut']],
    },
    {
      what: 'is killed by the time limit',
      behaviour: () => done(3_600_000),
      told: [['timedOut', 'ExecutionTimedOut']],
    },
    {
      what: 'is terminated between plan and send, and another of its batch is not',
      nodes: 2,
      behaviour: () => done(),
      faults: ({ nodes }) => [
        once(
          at({ call: 's3:PutObject', role: 'fleetwide-send' }, () => {
            if (nodes[0]) world.aws.fleet.update(nodes[0].id, { state: 'terminated' });
            return undefined;
          }),
        ),
      ],
      told: [
        ['undeliverable', 'InvalidInstanceId'],
        ['succeeded', undefined],
      ],
    },
    {
      what: 'is cut by MaxErrors when one before it failed',
      nodes: 3,
      behaviour: () => ({ ...done(), exitCode: 1 }),
      change: { errorBudget: 0, maxConcurrency: '1' },
      told: [
        ['failed', 'Failed'],
        ['terminated', 'Terminated'],
        ['terminated', 'Terminated'],
      ],
    },
    {
      what: 'fails although Systems Manager calls the command a success',
      nodes: 3,
      behaviour: (node, _job) => ({ ...done(), exitCode: node.computerName === 'bad' ? 1 : 0 }),
      change: { errorBudget: '100%' },
      told: [
        ['failed', 'Failed'],
        ['succeeded', undefined],
        ['succeeded', undefined],
      ],
    },
    {
      what: 'is in a Region that vanishes after the send',
      region: FAR,
      behaviour: () => done(),
      faults: () => [
        (call) =>
          call.service === 'ssm' && call.region === FAR && call.operation.startsWith('ListCommand')
            ? FAULTS.reset
            : undefined,
      ],
      told: [['unknown', 'ECONNRESET']],
    },
    {
      what: 'is in an account that loses its role in mid-run',
      behaviour: () => done(),
      faults: ({ after }) => {
        let lost = false;
        return [
          after(sent, () => (lost = true)),
          (call, phase) =>
            lost && phase === 'before' && call.operation === 'AssumeRole' ? denied : undefined,
        ];
      },
      told: [['unknown', 'AccessDenied']],
    },
    {
      what: 'has an invocation that appears late',
      behaviour: () => done(),
      faults: () => {
        let empty = 0;
        return [
          at({ call: 'ssm:ListCommandInvocations' }, () =>
            ++empty <= 3 ? json({ CommandInvocations: [] }) : undefined,
          ),
        ];
      },
      told: [['succeeded', undefined]],
    },
    {
      what: 'has an invocation that appears late, for who asks for it alone: InvocationDoesNotExist',
      behaviour: () => ({ ...done(), stdout: 'x'.repeat(5_000) }),
      faults: () => {
        let refused = 0;
        return [
          at({ call: 'ssm:GetCommandInvocation' }, () =>
            ++refused <= 2
              ? {
                  kind: 'error',
                  name: 'InvocationDoesNotExist',
                  message: 'not yet',
                  status: 400,
                }
              : undefined,
          ),
        ];
      },
      told: [['succeeded', undefined]],
      stdout: { bytes: 5_000, truncated: false },
    },
    {
      what: 'has a command that is a success of no node at all: TargetCount 0',
      behaviour: () => done(),
      faults: ({ id }) => [
        at({ call: 'ssm:ListCommands' }, () =>
          json({
            Commands: [
              {
                CommandId: commandOf(id),
                Status: 'Success',
                StatusDetails: 'Success',
                TargetCount: 0,
                CompletedCount: 0,
                ErrorCount: 0,
              },
            ],
          }),
        ),
        at({ call: 'ssm:ListCommandInvocations' }, () => json({ CommandInvocations: [] })),
      ],
      told: [['unknown', 'noInvocation']],
    },
    {
      what: 'has an invocation that never appears',
      behaviour: () => done(),
      faults: () => [
        at({ call: 'ssm:ListCommandInvocations' }, () => json({ CommandInvocations: [] })),
      ],
      told: [['unknown', 'noInvocation']],
    },
    {
      what: 'is on the page behind an empty one with a token',
      behaviour: () => done(),
      faults: ({ nodes }) => {
        let page = 0;
        return [
          at({ call: 'ssm:ListCommandInvocations' }, () =>
            ++page === 1
              ? json({ CommandInvocations: [], NextToken: 'more' })
              : json({
                  CommandInvocations: nodes.map(({ id }) => ({
                    InstanceId: id,
                    Status: 'Success',
                    StatusDetails: 'Success',
                    CommandPlugins: [{ Name: 'aws:runShellScript', ResponseCode: 0, Output: '' }],
                  })),
                }),
          ),
        ];
      },
      told: [['succeeded', undefined]],
    },
  ];

  it.each(CASES)(
    'that $what',
    async ({
      behaviour,
      nodes: many = 1,
      region = HOME,
      platformType,
      change,
      faults,
      told,
      stdout,
    }) => {
      const id = `truth-${number++}`;
      const nodes = Array.from({ length: many }, (_, i) =>
        world.node({
          account: ACCOUNT,
          region,
          tags: { Truth: id },
          ...(i === 0 && { computerName: 'bad' }),
          ...(platformType && { platformType }),
          ...(behaviour && { behaviour }),
        }),
      );
      const scene: Scene = {
        id,
        nodes,
        later: (ms, act) => void world.aws.clock.after(ms, act),
        after: (call, act) =>
          once((each, phase) => {
            if (phase === 'after' && `${each.service}:${each.operation}` === call) act();
            return undefined;
          }),
      };
      await trouble.during(faults?.(scene) ?? [], () =>
        world.dispatch(
          id,
          request({
            targets: { accounts: [ACCOUNT, OTHER], regions: [...REGIONS], tags: { Truth: [id] } },
            timeouts: { deliverySeconds: DELIVERY, executionSeconds: EXECUTION },
            ...change,
          }),
        ),
      );
      const report = world.report(id);
      expect(total(report.counts)).toBe(report.matched);
      expect(report.matched).toBe(many);
      const rows = new Map(world.rows(id).map((row) => [row.node, row]));
      const seen = nodes.map((node) => rows.get(node.id));
      // Which of several comes first is SSM's affair.
      expect(sorted(seen.map((row) => [row?.outcome, row?.reason?.code]))).toEqual(sorted(told));
      expect(seen).toMatchObject(seen.map(() => (stdout ? { stdout } : {})));
      for (const row of seen)
        expect(row?.outcome === 'succeeded' || row?.reason?.message).toBeTruthy();
    },
  );
});
