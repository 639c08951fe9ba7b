/** What a handler wires once, at start: the real things behind the interfaces of the steps. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import {
  admissionEnvironment,
  dispatcherEnvironment,
  type Environment,
  environment,
} from './environment.ts';
import { createExecutions, type Executions } from './executions.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { createOrganization, type Organization } from './organization.ts';
import { PATIENCE } from './retry.ts';
import { runCommandOf } from './runCommand.ts';
import { createSources, type Sources } from './sources.ts';
import { createSpokes, type Spokes } from './spoke.ts';
import { logger, type Log } from './step.ts';
import { createStore, type Store } from './store.ts';

export interface HubDeps {
  readonly store: Store;
  readonly log: Log;
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
  /** Where the configuration names one. */
  readonly organization: Organization | undefined;
  readonly sources: Sources;
  readonly rules: {
    readonly documents: readonly string[];
    readonly runbooks: readonly string[];
    /** Whether nodes can read artifacts. */
    readonly artifacts: boolean;
    /** What `output.logGroup` may be. */
    readonly logGroups: readonly string[];
  };
}

export const base = (env: Environment): HubDeps => ({
  store: createStore(
    new S3Client({ maxAttempts: 5, requestHandler: PATIENCE }),
    env.RESULTS_BUCKET,
  ),
  log: logger,
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
    organization: env.ORGANIZATION_ID === undefined ? undefined : createOrganization(),
    // A request names a bucket, not where it is.
    sources: createSources(
      new S3Client({ maxAttempts: 5, requestHandler: PATIENCE, followRegionRedirects: true }),
    ),
    rules: {
      documents: env.DOCUMENTS,
      runbooks: env.RUNBOOKS,
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
