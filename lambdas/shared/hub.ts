/** What a handler wires once, at start: the real things behind the interfaces of the steps. */
import { DISPATCH_ROLE } from '../../contract/names.ts';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import {
  admissionEnvironment,
  dispatcherEnvironment,
  type Environment,
  environment,
} from './environment.ts';
import { createEvents, type Events } from './events.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { createExecutions, type Executions } from './executions.ts';
import { createLeases, type Leases } from './leases.ts';
import { countThrottles, type Meter, meter } from './metrics.ts';
import { createOrganization, type Organization } from './organization.ts';
import { createPrevious, type Previous } from './previous.ts';
import { ATTEMPTS, PATIENCE } from './retry.ts';
import { runCommandOf } from './runCommand.ts';
import { createSources, type Sources } from './sources.ts';
import { createSpokes, type Spokes } from './spoke.ts';
import { logger, type Log } from './step.ts';
import { createStore, type Store } from './store.ts';

export interface HubDeps {
  readonly store: Store;
  readonly log: Log;
  readonly events: Events;
  readonly meter: Meter;
  /** Name of the results bucket. */
  readonly bucket: string;
  /** Account of the hub. */
  readonly hub: string;
  readonly now: () => number;
  readonly newId: () => string;
  /** Milliseconds, for calls that AWS takes some a second of. */
  readonly pause: (ms: number) => Promise<void>;
}

export interface DispatcherDeps extends HubDeps {
  readonly spokes: Spokes;
  readonly partition: string;
  /** What runbooks act as, in every spoke. */
  readonly automationRole: string | undefined;
}

/** What a recall begins with: how the dispatch ended. */
export interface RecallDeps extends HubDeps {
  readonly executions: Executions;
}

/** What a request must keep to, and where its script is put. */
export interface AdmissionDeps extends HubDeps {
  readonly exchange: Exchange;
  readonly leases: Leases;
  readonly previous: Previous;
  /** Where the configuration names one. */
  readonly organization: Organization | undefined;
  readonly sources: Sources;
  readonly rules: {
    readonly documents: readonly string[];
    /** Those with an exchange bucket. */
    readonly regions: readonly string[];
    readonly runbooks: readonly string[];
    /** Roles of spokes that requests may name. */
    readonly roles: readonly string[];
    /** Whether nodes can read artifacts. */
    readonly artifacts: boolean;
    /** What `output.logGroup` may be. */
    readonly logGroups: readonly string[];
  };
}

const bucketClient = () =>
  countThrottles(new S3Client({ maxAttempts: 5, requestHandler: PATIENCE }));

export const base = (env: Environment): HubDeps => ({
  store: createStore(bucketClient(), env.RESULTS_BUCKET),
  log: logger,
  events: createEvents({
    client: new EventBridgeClient({ maxAttempts: ATTEMPTS, requestHandler: PATIENCE }),
    log: logger,
    meter,
  }),
  meter,
  bucket: env.RESULTS_BUCKET,
  hub: env.HUB_ACCOUNT,
  now: () => Date.now(),
  newId: () => randomUUID(),
  pause: (ms) => setTimeout(ms),
});

export const hub = (): HubDeps => base(environment());

export const recall = (): RecallDeps => ({
  ...hub(),
  executions: createExecutions(new SFNClient({ maxAttempts: 5, requestHandler: PATIENCE })),
});

export const admission = (): AdmissionDeps => {
  const env = admissionEnvironment();
  return {
    ...base(env),
    exchange: createExchange(env.HUB_ACCOUNT),
    leases: createLeases(bucketClient(), env.RESULTS_BUCKET),
    previous: createPrevious(
      countThrottles(new SFNClient({ maxAttempts: ATTEMPTS, requestHandler: PATIENCE })),
    ),
    organization: env.ORGANIZATION_ID === undefined ? undefined : createOrganization(),
    // A request names a bucket, not where it is.
    sources: createSources(
      new S3Client({ maxAttempts: 5, requestHandler: PATIENCE, followRegionRedirects: true }),
    ),
    rules: {
      documents: env.DOCUMENTS,
      regions: env.REGIONS,
      runbooks: env.RUNBOOKS,
      roles: [DISPATCH_ROLE, ...env.ROLES],
      artifacts: env.ARTIFACT_READERS !== 'none',
      logGroups: env.LOG_GROUPS,
    },
  };
};

export const dispatcher = (): DispatcherDeps => {
  const env = dispatcherEnvironment();
  return {
    ...base(env),
    spokes: createSpokes(env, runCommandOf),
    partition: env.PARTITION,
    automationRole: env.AUTOMATION_ROLE,
  };
};
