/** The receivers of examples/notifications: synthesised, deployed into the embedded AWS, and told of a dispatch. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { detailOf } from '../../contract/events.ts';
import { Notifier, type Receiver } from '../../examples/notifications/notifier.ts';
import { pagerDuty } from '../../examples/notifications/pagerDuty.ts';
import { slack } from '../../examples/notifications/slack.ts';
import { teams } from '../../examples/notifications/teams.ts';
import { type EmbeddedAws, startAws } from '../../local/aws.ts';
import { sleep, VirtualClock } from '../../local/core/clock.ts';
import { deployStack } from '../../local/deploy/index.ts';

const HERE = { account: '111122223333', region: 'eu-west-1' };
const RECEIVERS: readonly Receiver[] = [
  slack('#ops'),
  teams('https://prod-1.westeurope.logic.azure.com/workflows/x?sig=y'),
  pagerDuty(),
];

let aws: EmbeddedAws;
const root = mkdtempSync(join(tmpdir(), 'fleetwide-notifications-'));
beforeAll(async () => {
  aws = await startAws({ root, clock: new VirtualClock(0) });
  for (const receiver of RECEIVERS) {
    const stack = new Notifier(new App({ analyticsReporting: false }), receiver.name, receiver, {
      env: HERE,
    });
    const template: unknown = Template.fromStack(stack).toJSON();
    await deployStack({ stackName: receiver.name, ...HERE, template }, aws.target);
  }
});
afterAll(async () => {
  await aws.close();
  rmSync(root, { recursive: true, force: true });
});

const finished = (succeeded: boolean) =>
  aws.events.put({
    ...HERE,
    source: 'fleetwide',
    detailType: 'DispatchFinished',
    resources: [],
    detail: detailOf('DispatchFinished', {
      dispatch: 'restart-1',
      requester: 'jane.doe',
      succeeded,
      ...(!succeeded && { error: 'NodesDidNotSucceed' }),
      matched: 1,
      counts: succeeded ? { succeeded: 1 } : { failed: 1 },
      skippedShards: 0,
      startedAt: '2026-11-21T08:00:00Z',
      endedAt: '2026-11-21T08:01:00Z',
    }),
  });

it('asks each API in its own form, PagerDuty only for what failed', async () => {
  finished(true);
  await sleep(aws.clock, 1_000);
  finished(false);
  await sleep(aws.clock, 1_000);
  expect(aws.events.undelivered()).toEqual([]);
  const asked = (host: string) =>
    aws.events.asked
      .filter(({ url }) => new URL(url).host.endsWith(host))
      .map(({ headers, body }): { headers: object; body: unknown } => ({
        headers,
        body: JSON.parse(body),
      }));
  const sentence = expect.stringContaining('Dispatch restart-1 (asked for by jane.doe) failed');
  expect(asked('slack.com')).toHaveLength(2);
  expect(asked('slack.com')[1]).toMatchObject({
    headers: { Authorization: expect.stringContaining('fleetwide/slack') },
    body: { channel: '#ops', text: sentence },
  });
  expect(asked('azure.com')[1]?.body).toMatchObject({
    attachments: [{ content: { body: [{ text: sentence }] } }],
  });
  expect(asked('pagerduty.com')).toMatchObject([
    {
      body: {
        routing_key: expect.stringContaining('fleetwide/pagerduty'),
        dedup_key: 'restart-1',
        payload: { summary: sentence },
      },
    },
  ]);
});
