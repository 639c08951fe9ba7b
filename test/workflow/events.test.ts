/** What the hub tells of a dispatch: on its bus, to people, and to CloudWatch. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { EVENTS, isEventName } from '../../contract/events.ts';
import { METRICS, NAMESPACE } from '../../contract/metrics.ts';
import { DEAD_LETTERS, functionName, type Step, TOPIC } from '../../contract/names.ts';
import { sleep } from '../../local/core/clock.ts';
import type { Fault } from '../../local/wire/faults.ts';
import { HUB, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const [SPOKE] = SPOKES;
const SECRET = 'swordfish-42';

let world: World;
let fault: ((operation: string) => Fault | undefined) | undefined;
beforeAll(async () => {
  world = await makeWorld({
    faults: ({ operation }, phase) => (phase === 'before' ? fault?.(operation) : undefined),
  });
});
afterAll(() => world.close());

/** The events of a dispatch, each held against its published schema. */
function told(dispatch: string): [name: string, detail: object][] {
  return world.aws.events.all.flatMap((event) => {
    if (event.source !== 'fleetwide' || !('dispatch' in event.detail)) return [];
    if (event.detail.dispatch !== dispatch) return [];
    const name = event['detail-type'];
    if (!isEventName(name)) throw new Error(`no event ${name}`);
    EVENTS[name].schema.parse(event.detail);
    return [[name, event.detail]];
  });
}

/** What a function counted, by metric, from its log: the embedded metric format. */
function counted(step: Step): Record<string, number> {
  const Emf = z.looseObject({
    _aws: z.object({
      Timestamp: z.int(),
      CloudWatchMetrics: z.tuple([
        z.object({
          Namespace: z.literal(NAMESPACE),
          Dimensions: z.tuple([z.tuple([z.literal('service')])]),
          Metrics: z.array(z.looseObject({ Name: z.string(), Unit: z.string() })),
        }),
      ]),
    }),
    service: z.literal('fleetwide'),
  });
  const sums: Record<string, number> = {};
  for (const { line } of world.aws.logs.lines(`/aws/lambda/${functionName(step)}`)) {
    if (!line.includes('CloudWatchMetrics')) continue;
    const emf = Emf.parse(JSON.parse(line));
    const { _aws: head } = emf;
    for (const { Name } of head.CloudWatchMetrics[0].Metrics)
      sums[Name] =
        (sums[Name] ?? 0) + [emf[Name]].flat().reduce<number>((a, n) => a + Number(n), 0);
  }
  return sums;
}

const targets = (tag: string) => ({
  accounts: [SPOKE],
  regions: [REGIONS[0]],
  tags: { Events: [tag] },
});

describe('a dispatch tells', () => {
  it('its start, its waves, what failed and its end, and nothing of what it ran', async () => {
    const nodes = ['a', 'b', 'c'].map((name) =>
      world.node({ tags: { Events: 'told' }, computerName: name }),
    );
    const ended = await world.dispatch(
      'told',
      request({
        action: {
          type: 'command',
          linux: [`echo ${SECRET}; test "$AWS_SSM_INSTANCE_ID" != ${nodes[2]?.id} || exit 3`],
        },
        targets: targets('told'),
        requester: 'jane.doe',
        waves: ['1', '100%'],
        errorBudget: '1',
      }),
    );
    expect(ended.status).toBe('FAILED');
    const events = told('told');
    expect(events.map(([name]) => name).toSorted()).toEqual([
      'DispatchFinished',
      'DispatchStarted',
      'NodeFailed',
      'WaveFinished',
      'WaveFinished',
    ]);
    const byName = Object.fromEntries(events);
    expect(byName.DispatchStarted).toMatchObject({ action: 'command', mode: 'run', shards: 1 });
    expect(byName.NodeFailed).toMatchObject({
      failed: 1,
      nodes: [
        { account: SPOKE, region: REGIONS[0], node: nodes[2]?.id, outcome: 'failed', exitCode: 3 },
      ],
    });
    expect(byName.DispatchFinished).toMatchObject({
      requester: 'jane.doe',
      succeeded: false,
      error: 'NodesDidNotSucceed',
      counts: { succeeded: 2, failed: 1 },
    });
    expect(JSON.stringify(events)).not.toContain(SECRET);
  });

  it('people by the topic, as a sentence', async () => {
    await sleep(world.aws.clock, 1_000);
    const messages = world.aws.topics.published.filter(({ message }) => message.includes(' told '));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ topic: `arn:aws:sns:eu-west-1:${HUB}:${TOPIC}` });
    expect(messages[0]?.message).toContain(
      'Dispatch told (asked for by jane.doe) failed: NodesDidNotSucceed. 3 nodes matched: 2 succeeded, 1 failed. Report: s3://',
    );
  });

  it('CloudWatch how many ended how, and how long it took', () => {
    const sums = counted('report');
    expect(sums).toMatchObject({
      [METRICS.finished]: 1,
      [METRICS.failed]: 1,
      [METRICS.matched]: 3,
      NodesSucceeded: 2,
      NodesFailed: 1,
      NodesUnknown: 0,
    });
    expect(sums[METRICS.duration]).toBeGreaterThan(1);
  });

  it('its end also when it is refused', async () => {
    await world.dispatch('refused', request({ targets: targets('told'), maxNodes: 1 }));
    await world.dispatch('wrong', { action: 'none', requester: 'jane.doe' });
    for (const [id, error] of [
      ['refused', 'TooManyNodes'],
      ['wrong', 'InvalidRequest'],
    ] as const)
      expect(Object.fromEntries(told(id)).DispatchFinished).toMatchObject({
        succeeded: false,
        error,
      });
    expect(counted('admit')).toMatchObject({ [METRICS.failed]: 1 });
  });

  it('goes on when nobody listens, and counts what was lost', async () => {
    fault = (operation) =>
      operation === 'PutEvents'
        ? { kind: 'error', name: 'InternalException', message: 'no', status: 500 }
        : undefined;
    const ended = await world.dispatch('unheard', request({ targets: targets('told') }));
    fault = undefined;
    expect(ended.status).toBe('SUCCEEDED');
    expect(told('unheard')).toEqual([]);
    expect(counted('admit')[METRICS.eventsLost]).toBe(1);
    expect(counted('report')[METRICS.eventsLost]).toBe(1);
  });

  it('and counts when it is told to slow down', async () => {
    let left = 2;
    fault = (operation) =>
      operation === 'ListCommands' && left-- > 0
        ? { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded', status: 400 }
        : undefined;
    const ended = await world.dispatch('slower', request({ targets: targets('told') }));
    fault = undefined;
    expect(ended.status).toBe('SUCCEEDED');
    expect(counted('poll')[METRICS.throttles]).toBe(2);
  });
});

it('what the topic does not take is a dead letter', async () => {
  fault = (operation) =>
    operation === 'Publish'
      ? { kind: 'error', name: 'InternalError', message: 'no', status: 500 }
      : undefined;
  await world.dispatch('buried', request({ targets: targets('told') }));
  await sleep(world.aws.clock, 25 * 3_600_000);
  fault = undefined;
  const { accessKeyId, secretAccessKey } = world.aws.iam.createUser(HUB, 'reader', [
    { Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] },
  ]);
  const sqs = new SQSClient({
    endpoint: world.aws.url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey },
  });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: DEAD_LETTERS }));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }),
  );
  sqs.destroy();
  expect(Messages).toHaveLength(1);
  expect(Messages[0]?.Body).toContain('"dispatch":"buried"');
  expect(Messages[0]?.MessageAttributes).toMatchObject({
    ERROR_CODE: { StringValue: 'InternalError' },
  });
});
