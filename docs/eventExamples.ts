/** An example of each event, in docs/events/<name>.json beside its schema. */
import { detailOf, EVENT_SOURCE, type EventName, type Told } from '../contract/events.ts';

type Examples = { readonly [N in EventName]: Told<N> };

const dispatch = 'restart-2026-11-21';
const requester = 'jane.doe';

const EXAMPLES: Examples = {
  DispatchStarted: { dispatch, requester, action: 'command', mode: 'run', shards: 8 },
  WaveFinished: {
    dispatch,
    requester,
    wave: 1,
    waves: 3,
    counts: { succeeded: 11, failed: 1 },
    errorsLeft: 1,
    proceeds: true,
  },
  ApprovalNeeded: {
    dispatch,
    requester,
    wave: 2,
    waves: 3,
    nodes: 120,
    expiresAt: '2026-11-22T08:05:00.000Z',
  },
  NodeFailed: {
    dispatch,
    requester,
    wave: 1,
    group: 0,
    failed: 1,
    nodes: [
      {
        account: '444455556666',
        region: 'eu-west-1',
        node: 'i-0123456789abcdef0',
        name: 'web-3a',
        outcome: 'failed',
        exitCode: 3,
        reason: 'Failed',
      },
    ],
  },
  DispatchFinished: {
    dispatch,
    requester,
    succeeded: false,
    error: 'NodesDidNotSucceed',
    matched: 132,
    counts: { succeeded: 131, failed: 1 },
    skippedShards: 0,
    startedAt: '2026-11-21T08:00:00.000Z',
    endedAt: '2026-11-21T08:07:12.000Z',
    report: `s3://fleetwide-results-111122223333-eu-west-1/dispatches/${dispatch}/report.json`,
  },
  DeliveryDropped: {
    dispatch: '7c1f2a9e-3f0b-4a52-9a0e-0d3f5f2b9c11',
    requester,
    schedule: 'weekly-patching',
    scheduledAt: '2026-11-22T01:00:00Z',
    reason: 'overlap',
    by: 'b0a5f2c4-6d55-4a77-8e54-5b6f1a2c3d4e',
  },
};

/** As rules see it. */
export const exampleOf = (name: EventName): object => ({
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': name,
  source: EVENT_SOURCE,
  account: '111122223333',
  time: '2026-11-21T08:07:12Z',
  region: 'eu-west-1',
  resources: [],
  detail: detailOf(name, EXAMPLES[name]),
});
