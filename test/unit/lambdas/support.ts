/** What the steps need, in memory. Everything that a test does not plan throws. */
import { SSMServiceException } from '@aws-sdk/client-ssm';
import type * as z from 'zod';
import { FleetwideError } from '../../../contract/errors.ts';
import { keys } from '../../../contract/names.ts';
import { parseRequest } from '../../../contract/request.ts';
import type { Job } from '../../../contract/steps.ts';
import type { Slice, StoredRequest } from '../../../contract/stored.ts';
import type { Events } from '../../../lambdas/shared/events.ts';
import type { Meter } from '../../../lambdas/shared/metrics.ts';
import type { Automation } from '../../../lambdas/shared/automation.ts';
import type { Log } from '../../../lambdas/shared/step.ts';
import type { Deliveries } from '../../../lambdas/shared/delivered.ts';
import type { Collecting, RunCommand } from '../../../lambdas/shared/runCommand.ts';
import type { Errand, Spokes } from '../../../lambdas/shared/spoke.ts';
import type { Store } from '../../../lambdas/shared/store.ts';
import type { OpenWriter } from '../../../lambdas/shared/upload.ts';

export interface MemoryStore extends Store {
  readonly objects: Map<string, string>;
}

export function memoryStore(): MemoryStore {
  const objects = new Map<string, string>();
  const find = async <T>(schema: z.ZodType<T>, key: string): Promise<T | undefined> => {
    const text = objects.get(key);
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  };
  const set = async (key: string, text: string) => void objects.set(key, text);
  const findLines = async <T>(schema: z.ZodType<T>, key: string): Promise<T[] | undefined> =>
    objects
      .get(key)
      ?.split('\n')
      .filter((line) => line !== '')
      .map((line) => schema.parse(JSON.parse(line)));
  return {
    objects,
    find,
    async get(schema, key) {
      const value = await find(schema, key);
      if (value === undefined) throw new FleetwideError('StoredObjectMissing', key);
      return value;
    },
    findText: async (key) => objects.get(key),
    findLines,
    async lines(schema, key) {
      const text = objects.get(key);
      if (text === undefined) return undefined;
      async function* each(all: string) {
        for (const line of all.split('\n')) if (line !== '') yield schema.parse(JSON.parse(line));
      }
      return each(text);
    },
    async getLines(schema, key) {
      const found = await findLines(schema, key);
      if (found === undefined) throw new FleetwideError('StoredObjectMissing', key);
      return found;
    },
    invalid: unplanned('invalid'),
    put: (key, value) => set(key, JSON.stringify(value)),
    putLines: (key, values) => set(key, values.map((v) => `${JSON.stringify(v)}\n`).join('')),
    putText: (key, text) => set(key, text),
    async putIfAbsent(key, value) {
      if (objects.has(key)) return false;
      objects.set(key, JSON.stringify(value));
      return true;
    },
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** Writes into the store when it is ended, as an upload does. */
export const writerOf =
  ({ objects }: MemoryStore): OpenWriter =>
  (key) => {
    let text = '';
    return {
      write: async (more) => void (text += more),
      end: async () => void objects.set(key, text),
    };
  };

/** Writes into the store what comes as a stream. */
export const puttingInto = ({ objects }: MemoryStore): Deliveries => ({
  ...noDeliveries,
  async put(key, chunks) {
    const all: Uint8Array[] = [];
    for await (const chunk of chunks) all.push(chunk);
    const text = Buffer.concat(all).toString('utf-8');
    objects.set(key, text);
    return { bytes: text.length, sha256: '' };
  },
});

const unplanned = (name: string) => () => {
  throw new Error(`unplanned call of ${name}`);
};

export const runCommand = (planned: Partial<RunCommand>): RunCommand => ({
  nodes: unplanned('nodes'),
  document: unplanned('document'),
  send: unplanned('send'),
  command: unplanned('command'),
  commandsSince: unplanned('commandsSince'),
  invocations: unplanned('invocations'),
  cancel: unplanned('cancel'),
  output: unplanned('output'),
  automation: automation({}),
  ...planned,
});

export const automation = (planned: Partial<Automation>): Automation => ({
  start: unplanned('automation.start'),
  execution: unplanned('automation.execution'),
  startedSince: unplanned('automation.startedSince'),
  steps: unplanned('automation.steps'),
  stop: unplanned('automation.stop'),
  ...planned,
});

export const spokes = (
  planned: Partial<RunCommand>,
  errands: [account: string, errand: Errand][] = [],
): Spokes<Collecting> => ({
  enter: async (account, errand) => {
    errands.push([account, errand]);
    return () => ({ ...runCommand(planned), log: { read: unplanned('read') } });
  },
});

export const noPause = () => Promise.resolve();
/** Nothing was uploaded, and nothing is asked for. */
export const noDeliveries: Deliveries = {
  list: unplanned('list'),
  move: unplanned('move'),
  read: unplanned('read'),
  head: unplanned('head'),
  end: unplanned('end'),
  put: unplanned('put'),
  share: unplanned('share'),
};

export const silent: Log = { info: () => undefined, warn: () => undefined };

/** Keeps what is told and counted. */
export function telling() {
  const told: [name: string, detail: object][] = [];
  const counted: Record<string, number> = {};
  const count = (metric: string, n = 1) => void (counted[metric] = (counted[metric] ?? 0) + n);
  const events: Events = { tell: async (name, detail) => void told.push([name, detail]) };
  const meter: Meter = { count, seconds: count };
  return { told, counted, events, meter };
}

/** An error as the SDK makes it of SSM's answer. */
export const answered = (name: string, status = 400, message = 'no') =>
  new SSMServiceException({
    name,
    message,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status },
  });

export const ACCOUNT = '222233334444';
export const job: Job = {
  dispatch: 'test',
  wave: 0,
  group: 0,
  key: keys.slice('test', 0, 0),
  life: 0,
  maxErrors: 3,
};

/** A store in which Freeze has left one slice of one shard with these nodes. */
export async function frozen(nodes: readonly string[], change: object = {}): Promise<MemoryStore> {
  const store = memoryStore();
  const stored: StoredRequest = {
    dispatch: 'test',
    executionArn: 'arn',
    startedAt: '2026-11-21T08:00:00Z',
    request: parseRequest({
      action: { type: 'command', linux: ['uptime'] },
      targets: { accounts: [ACCOUNT], regions: ['eu-west-1'], allNodes: true },
      ...change,
    }),
  };
  const slice: Slice = {
    group: 0,
    wave: 0,
    shards: [{ account: ACCOUNT, region: 'eu-west-1', nodes: nodes.map((id) => ({ id })) }],
  };
  await store.put(keys.request('test'), stored);
  await store.put(job.key, slice);
  return store;
}
