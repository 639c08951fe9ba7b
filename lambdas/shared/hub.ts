/** What a handler wires once, at start: the real things behind the interfaces of the steps. */
import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { PATIENCE } from './retry.ts';
import { dispatcherEnvironment, environment } from './environment.ts';
import { createSpokes, type Spokes } from './spoke.ts';
import { logger, type Log } from './step.ts';
import { createStore, type Store } from './store.ts';

export interface HubDeps {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => number;
  readonly newId: () => string;
}

export interface DispatcherDeps extends HubDeps {
  readonly spokes: Spokes;
}

const base = (bucket: string): HubDeps => ({
  store: createStore(new S3Client({ maxAttempts: 5, requestHandler: PATIENCE }), bucket),
  log: logger,
  now: () => Date.now(),
  newId: () => randomUUID(),
});

export const hub = (): HubDeps => base(environment().RESULTS_BUCKET);

export const dispatcher = (): DispatcherDeps => {
  const env = dispatcherEnvironment();
  return { ...base(env.RESULTS_BUCKET), spokes: createSpokes(env) };
};
