import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { functionName, keys, type Step } from '../../contract/names.ts';
import { parseRequest } from '../../contract/request.ts';
import { Slice } from '../../contract/stored.ts';
import { firstPage } from '../../lambdas/shared/batches.ts';
import { sleep } from '../../local/core/clock.ts';
import type { Node } from '../../local/fleet/index.ts';
import type { Fault, Faults } from '../../local/wire/faults.ts';
import { textOf } from './support/causes.ts';
import { roleOf, without } from './support/mutations.ts';
import { at, FAULTS, json, type Moment, Trouble } from './support/trouble.ts';
import { BUCKET, HUB, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const [FIRST, SECOND, THIRD] = SPOKES;
const [HOME] = REGIONS;
const MACHINE = 'fleetwide-state-machine';
/** So that a command that nobody can look at expires soon. */
const SHORT = { deliverySeconds: 30, executionSeconds: 5 };

describe('a broken situation', () => {
  const trouble = new Trouble();
  let world: World;
  let nodes: Node[];
  beforeAll(async () => {
    world = await makeWorld({ faults: trouble.faults });
    nodes = SPOKES.map((account) => world.node({ account }));
  });
  afterAll(() => world.close());

  /** One node in each account; each dispatch leaves a line in a file of its own name. */
  const run = (id: string, ...faults: readonly Faults[]) =>
    trouble.during(faults, () =>
      world.dispatch(
        id,
        request({
          action: { type: 'command', linux: [`echo ran >> "$HOME/${id}"`] },
          targets: { accounts: [...SPOKES], regions: [HOME], allNodes: true },
          timeouts: SHORT,
        }),
      ),
    );
  /** How often the command ran on each node, after all that may still be under way has ended. */
  const runs = async (id: string) => {
    await sleep(world.aws.clock, 60_000);
    return nodes.map((node) => (world.file(node, id) ?? '').split('\n').length - 1);
  };
  const NOWHERE = [0, 0, 0];
  const ONCE = [1, 1, 1];
  const rows = (id: string) => Object.fromEntries(world.rows(id).map((r) => [r.account, r]));
  const write = (key: string, body: string) => world.aws.s3.write(BUCKET, key, body);
  const remove = (key: string) => void world.aws.s3.bucket(BUCKET)?.objects.delete(key);

  describe('in the bucket:', () => {
    const reading = (step: Step): Moment => ({ call: 's3:GetObject', role: functionName(step) });
    const byMachine: Moment = { call: 's3:GetObject', role: MACHINE };
    const inventory = (id: string) => keys.inventory(id, SECOND, HOME);
    const shard = JSON.stringify({ account: SECOND, region: HOME });
    const node = JSON.stringify({ id: 'i-0123456789abcdef0' });

    const CASES: readonly {
      readonly what: string;
      readonly when: Moment;
      readonly key: (id: string) => string;
      /** What is there instead; undefined: nothing. */
      readonly body?: string;
      readonly error: string;
      readonly ran: readonly number[];
    }[] = [
      {
        what: 'the list of groups is not JSON',
        when: byMachine,
        key: keys.groups,
        body: '[{"group": 0,',
        error: 'States.ItemReaderFailed',
        ran: NOWHERE,
      },
      {
        what: 'the list of groups is no list',
        when: byMachine,
        key: keys.groups,
        body: '{"groups": []}',
        error: 'States.ItemReaderFailed',
        ran: NOWHERE,
      },
      {
        what: 'a group is gone when Discover reads it',
        when: reading('discover'),
        key: (id) => keys.group(id, 0),
        error: 'StoredObjectMissing',
        ran: NOWHERE,
      },
      {
        what: 'the request is another when Discover reads it',
        when: reading('discover'),
        key: keys.request,
        body: '{"action": "rm -rf /"}',
        error: 'StoredObjectInvalid',
        ran: NOWHERE,
      },
      {
        what: 'the request is another when Freeze reads it',
        when: reading('freeze'),
        key: keys.request,
        body: '{"action": "rm -rf /"}',
        error: 'StoredObjectInvalid',
        ran: NOWHERE,
      },
      {
        what: 'an inventory is gone',
        when: reading('freeze'),
        key: inventory,
        error: 'StoredObjectMissing',
        ran: NOWHERE,
      },
      {
        what: 'an inventory is empty',
        when: reading('freeze'),
        key: inventory,
        body: '',
        error: 'StoredObjectInvalid',
        ran: NOWHERE,
      },
      {
        what: 'an inventory holds a node without an id',
        when: reading('freeze'),
        key: inventory,
        body: `${shard}\n{"id": 5}\n`,
        error: 'StoredObjectInvalid',
        ran: NOWHERE,
      },
      {
        what: 'an inventory does not say whose it is',
        when: reading('freeze'),
        key: inventory,
        body: `${node}\n${node}\n`,
        error: 'StoredObjectInvalid',
        ran: NOWHERE,
      },
      {
        what: 'an inventory says twice whose it is',
        when: reading('freeze'),
        key: inventory,
        body: `${shard}\n${shard}\n`,
        error: 'StoredObjectInvalid',
        ran: NOWHERE,
      },
      {
        what: 'the list of a wave is not JSON',
        when: byMachine,
        key: (id) => keys.wave(id, 0),
        body: 'wave 0',
        error: 'States.ItemReaderFailed',
        ran: NOWHERE,
      },
      {
        what: 'a slice is gone',
        when: reading('send'),
        key: (id) => keys.slice(id, 0, 0),
        error: 'StoredObjectMissing',
        ran: NOWHERE,
      },
      {
        what: 'the notebook cannot be read by Poll',
        when: reading('poll'),
        key: (id) => keys.progress(id, 0, 0),
        body: '{"shards": [',
        error: 'StoredObjectInvalid',
        ran: ONCE,
      },
      {
        what: 'the notebook is gone when Collect reads it',
        when: reading('collect'),
        key: (id) => keys.progress(id, 0, 0),
        error: 'StoredObjectMissing',
        ran: ONCE,
      },
      {
        what: 'the plan cannot be read by Gate',
        when: reading('gate'),
        key: keys.plan,
        body: '{"dispatch": "',
        error: 'StoredObjectInvalid',
        ran: ONCE,
      },
      {
        what: 'the plan is gone when Report reads it',
        when: reading('report'),
        key: keys.plan,
        error: 'StoredObjectMissing',
        ran: ONCE,
      },
      {
        what: 'a result is not what Collect wrote',
        when: reading('report'),
        key: (id) => keys.result(id, 0, SECOND, HOME),
        body: '{"outcome": "fine"}\n',
        error: 'StoredObjectInvalid',
        ran: ONCE,
      },
    ];

    let number = 0;
    it.each(CASES)('$what', async ({ when, key, body, error, ran }) => {
      const id = `bucket-${number++}`;
      const alter = at(when, () => (body === undefined ? remove(key(id)) : write(key(id), body)));
      const ended = await run(id, alter);
      expect(await runs(id)).toEqual(ran);
      expect(ended).toMatchObject({ status: 'FAILED', error });
      expect(textOf(ended)).toContain(`s3://${BUCKET}/${key(id)}`);
    });

    it('an intent is there that Fleetwide did not write: nothing is sent there', async () => {
      const key = keys.intent('foreign', 0, SECOND, HOME, '0');
      const ended = await run(
        'foreign',
        at(reading('send'), () => write(key, 'mine')),
      );
      expect(await runs('foreign')).toEqual([1, 0, 1]);
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(rows('foreign')).toMatchObject({
        [FIRST]: { outcome: 'succeeded' },
        [SECOND]: { outcome: 'unknown', reason: { code: 'StoredObjectInvalid' } },
        [THIRD]: { outcome: 'succeeded' },
      });
    });

    it('the plan holds fewer nodes than the slices', async () => {
      const ended = await run(
        'fewer',
        at(reading('report'), () => {
          const plan = { ...world.plan('fewer'), matched: 2 };
          write(keys.plan('fewer'), JSON.stringify(plan));
        }),
      );
      expect(ended).toMatchObject({ status: 'FAILED', error: 'StoredObjectInvalid' });
      expect(textOf(ended)).toContain('2 nodes matched, 3 are accounted for');
    });

    it('what the map of a wave leaves is gone', async () => {
      const prefix = keys.mapRun('unmapped', 'wave-0');
      const ended = await run(
        'unmapped',
        at(reading('gate'), () => {
          for (const key of world.aws.s3.list(BUCKET, prefix)) remove(key);
        }),
      );
      expect(ended).toMatchObject({ status: 'FAILED', error: 'StoredObjectMissing' });
      expect(textOf(ended)).toContain(`s3://${BUCKET}/${prefix}/`);
      expect(await runs('unmapped')).toEqual(ONCE);
    });
  });

  describe('Systems Manager cannot be understood', () => {
    const inSecond = (call: string, fault: Fault) => at({ call, account: SECOND }, () => fault);
    const others = { [FIRST]: { outcome: 'succeeded' }, [THIRD]: { outcome: 'succeeded' } };

    it.each([
      ['a page', FAULTS.page],
      ['a gateway’s error', FAULTS.badGateway],
      ['another shape', json({ InstanceInformationList: [{ PingStatus: 'Online' }] })],
    ])('%s for DescribeInstanceInformation: that shard is skipped', async (what, fault) => {
      const id = `list-${what.replaceAll(/\W/g, '-')}`;
      const ended = await run(id, inSecond('ssm:DescribeInstanceInformation', fault));
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(textOf(ended)).toContain(`${SECOND}/${HOME} UnexpectedAnswer`);
      expect(world.report(id).skippedShards).toMatchObject([
        {
          account: SECOND,
          region: HOME,
          reason: { code: 'UnexpectedAnswer', action: 'ssm:DescribeInstanceInformation' },
        },
      ]);
      expect(rows(id)).toMatchObject(others);
      expect(await runs(id)).toEqual([1, 0, 1]);
    });

    it.each([
      ['a page', FAULTS.page],
      ['another shape', json({ CommandInvocations: [{ Status: 5 }] })],
    ])('%s for ListCommandInvocations: how it ended there is unknown', async (what, fault) => {
      const id = `rows-${what.replaceAll(' ', '-')}`;
      const ended = await run(id, inSecond('ssm:ListCommandInvocations', fault));
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      const reason = { code: 'UnexpectedAnswer', action: 'ssm:ListCommandInvocations' };
      expect(rows(id)).toMatchObject({ ...others, [SECOND]: { outcome: 'unknown', reason } });
      expect(await runs(id)).toEqual(ONCE);
    });

    it('none for ListCommandInvocations, as if there were no rows: unknown', async () => {
      const ended = await run(
        'no-rows',
        inSecond('ssm:ListCommandInvocations', json({ CommandInvocations: [] })),
      );
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(rows('no-rows')).toMatchObject({ ...others, [SECOND]: { outcome: 'unknown' } });
    });

    it('a page for ListCommands: the invocations still tell', async () => {
      await run('look', inSecond('ssm:ListCommands', FAULTS.page));
      expect(rows('look')).toMatchObject({ ...others, [SECOND]: { outcome: 'succeeded' } });
      expect(await runs('look')).toEqual(ONCE);
    });

    // The reply says nothing about the effect: the command is looked up, and never sent again.
    it.each(['page', 'badGateway', 'emptyJson', 'reset', 'internal'] as const)(
      '%s for SendCommand: adopted where it was sent, unknown where it was not',
      async (kind) => {
        const id = `send-${kind}`;
        const call = 'ssm:SendCommand';
        world.aws.ledger.reset();
        const ended = await run(
          id,
          at({ call, account: FIRST, phase: 'after' }, () => FAULTS[kind]),
          at({ call, account: SECOND, phase: 'before' }, () => FAULTS[kind]),
        );
        expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
        expect(rows(id)).toMatchObject({
          [FIRST]: { outcome: 'succeeded' },
          [SECOND]: { outcome: 'unknown', reason: { code: 'lost' } },
          [THIRD]: { outcome: 'succeeded' },
        });
        expect(world.aws.ledger.counts()[call]).toEqual({ [FIRST]: 1, [SECOND]: 1, [THIRD]: 1 });
        expect(await runs(id)).toEqual([1, 0, 1]);
      },
    );
  });

  describe('a service is down', () => {
    it('STS for everybody: no shard can be read', async () => {
      const ended = await run(
        'no-sts',
        at({ call: 'sts:AssumeRole' }, () => FAULTS.stsDown),
      );
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NothingMatched' });
      expect(textOf(ended)).toContain(`${FIRST}/${HOME} InternalFailure sts:AssumeRole`);
      const reason = { code: 'InternalFailure', action: 'sts:AssumeRole' };
      expect(world.report('no-sts').skippedShards).toMatchObject(
        SPOKES.map((account) => ({ account, region: HOME, reason })),
      );
      expect(await runs('no-sts')).toEqual(NOWHERE);
    });

    it.each([
      ['send', 'undeliverable', NOWHERE],
      ['collect', 'unknown', ONCE],
    ] as const)('STS for %s: the nodes end %s', async (step, outcome, ran) => {
      const id = `no-sts-${step}`;
      const role = functionName(step);
      const ended = await run(
        id,
        at({ call: 'sts:AssumeRole', role }, () => FAULTS.stsDown),
      );
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      const row = { outcome, reason: { code: 'InternalFailure', action: 'sts:AssumeRole' } };
      expect(rows(id)).toMatchObject({ [FIRST]: row, [SECOND]: row, [THIRD]: row });
      expect(await runs(id)).toEqual(ran);
    });

    it('S3: the execution fails and names what it wanted there', async () => {
      const down = (call: string) => at({ call }, () => FAULTS.s3Down);
      const ended = await run('no-s3', down('s3:PutObject'), down('s3:GetObject'));
      expect(ended).toMatchObject({ status: 'FAILED', error: 'ServiceUnavailable' });
      expect(await runs('no-s3')).toEqual(NOWHERE);
      expect(textOf(ended)).toContain(`s3:PutObject on s3://${BUCKET}/${keys.request('no-s3')}`);
    });

    it('SendCommand is throttled for as long as a node may wait: undeliverable there', async () => {
      const id = 'throttled';
      // The SDK's pauses between its attempts are real ones, so all rounds but the last are skipped: the
      // notebook is that of a child whose command was throttled for the first time long ago.
      const longAgo = () => {
        const notebook = keys.progress(id, 0, 0);
        const slice = world.aws.s3.read(BUCKET, keys.slice(id, 0, 0));
        if (!slice || world.aws.s3.read(BUCKET, notebook)) return;
        const now = world.aws.clock.now();
        const settings = parseRequest(request({ timeouts: SHORT }));
        const page = firstPage(Slice.parse(JSON.parse(slice.toString())), settings, now);
        for (const { account, batches } of page.shards)
          if (account === SECOND)
            for (const batch of batches)
              Object.assign(batch, { intended: true, since: new Date(0).toISOString() });
        write(notebook, JSON.stringify(page));
      };
      const ended = await run(
        id,
        at({ call: 's3:GetObject', role: functionName('send') }, longAgo),
        at({ call: 'ssm:SendCommand', account: SECOND }, () => FAULTS.throttled),
      );
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(rows(id)).toMatchObject({
        [FIRST]: { outcome: 'succeeded' },
        [SECOND]: {
          outcome: 'undeliverable',
          reason: { code: 'ThrottlingException', action: 'ssm:SendCommand' },
        },
        [THIRD]: { outcome: 'succeeded' },
      });
      expect(await runs(id)).toEqual([1, 0, 1]);
    });
  });

  describe('a function', () => {
    const specOf = (step: Step) => {
      const found = world.aws.lambda.functions().find((f) => f.name === functionName(step));
      if (!found) throw new Error(`no function ${functionName(step)}`);
      return found;
    };

    it('runs out of memory', async () => {
      const id = 'no-memory';
      const spec = specOf('freeze');
      // Lambda's least, and an object that does not fit in there.
      world.aws.lambda.putFunction({ ...spec, memoryMb: 128 });
      const key = keys.inventory(id, SECOND, HOME);
      const node = `{"id":"i-0123456789abcdef0","name":"${'x'.repeat(300)}"}\n`;
      const huge = node.repeat(300_000);
      const grow = () => {
        if (world.aws.s3.read(BUCKET, key)?.length !== huge.length) write(key, huge);
      };
      const ended = await run(id, at({ call: 's3:GetObject', role: functionName('freeze') }, grow));
      world.aws.lambda.putFunction(spec);
      expect(ended).toMatchObject({ status: 'FAILED', error: 'Runtime.OutOfMemory' });
      expect(await runs(id)).toEqual(NOWHERE);
    }, 180_000);

    it('times out', async () => {
      const spec = specOf('gate');
      // Takes connections and never says a word.
      const silent = createServer();
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const address = silent.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      world.aws.lambda.putFunction({
        ...spec,
        timeoutSeconds: 1,
        environment: { ...spec.environment, AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` },
      });
      const ended = await run('no-time');
      world.aws.lambda.putFunction(spec);
      silent.close();
      expect(ended).toMatchObject({ status: 'FAILED', error: 'Sandbox.Timedout' });
      expect(textOf(ended)).toContain('timed out after 1.00 seconds');
      expect(await runs('no-time')).toEqual(ONCE);
    });

    it.each([
      ['gate', ONCE],
      ['freeze', NOWHERE],
    ] as const)('may not be invoked by the state machine: %s', async (step, ran) => {
      const id = `no-${step}`;
      const ended = await without(
        world,
        roleOf(world, HUB, MACHINE),
        'lambda:InvokeFunction',
        () => run(id),
        (resource) => resource.endsWith(`:${functionName(step)}`),
      );
      expect(ended.status).toBe('FAILED');
      expect(ended.error).toBe('Lambda.AWSLambdaException');
      expect(textOf(ended)).toContain('lambda:InvokeFunction');
      expect(textOf(ended)).toContain(functionName(step));
      expect(await runs(id)).toEqual(ran);
    });
  });

  describe('the results bucket', () => {
    const deleteBucket = () => {
      for (const key of world.aws.s3.list(BUCKET)) remove(key);
      world.aws.s3.deleteBucket(BUCKET);
    };
    /** As the template made it. */
    const missing = async (id: string, ...faults: readonly Faults[]) => {
      const before = world.aws.s3.bucket(BUCKET);
      if (!before) throw new Error(`no bucket ${BUCKET}`);
      if (faults.length === 0) deleteBucket();
      const ended = await run(id, ...faults);
      const { name, account, region, policy } = before;
      world.aws.s3.putBucket({ name, account, region, ...(policy && { policy }) });
      return ended;
    };
    const vanishing = (moment: Moment) =>
      at(moment, () => {
        if (world.aws.s3.bucket(BUCKET)) deleteBucket();
      });

    it('does not exist', async () => {
      const ended = await missing('no-bucket');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'ResultsBucketMissing' });
      expect(textOf(ended)).toContain(`bucket ${BUCKET}`);
      expect(await runs('no-bucket')).toEqual(NOWHERE);
    });

    it('is deleted while nodes are looked for', async () => {
      const ended = await missing(
        'bucket-gone',
        vanishing({ call: 'ssm:DescribeInstanceInformation' }),
      );
      expect(await runs('bucket-gone')).toEqual(NOWHERE);
      expect(ended.status).toBe('FAILED');
      // By whoever wants to write there first: the function, or the map for its children.
      expect(['ResultsBucketMissing', 'States.ResultWriterFailed']).toContain(ended.error);
      expect(textOf(ended)).toContain(BUCKET);
    });

    it('is deleted while the report is written', async () => {
      const ended = await missing(
        'bucket-lost',
        vanishing({ call: 's3:PutObject', role: functionName('report') }),
      );
      expect(await runs('bucket-lost')).toEqual(ONCE);
      expect(ended).toMatchObject({ status: 'FAILED', error: 'ResultsBucketMissing' });
    });
  });

  it('and after all of that the same world does its work', async () => {
    expect(await run('well')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await runs('well')).toEqual(ONCE);
  });
});
