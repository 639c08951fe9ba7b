/** What the steps that bring output in have beside the others: the logs of the accounts, what nodes uploaded. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { createCommandLog } from './commandLog.ts';
import { createDeliveries, type Deliveries } from './delivered.ts';
import { dispatcherEnvironment } from './environment.ts';
import { base, type HubDeps } from './hub.ts';
import { PATIENCE } from './retry.ts';
import { runCommandOf, type Collecting } from './runCommand.ts';
import { createSpokes, type Spokes } from './spoke.ts';

export interface CollectorDeps extends HubDeps {
  readonly spokes: Spokes<Collecting>;
  readonly deliveries: Deliveries;
}

export function collector(): CollectorDeps {
  const env = dispatcherEnvironment();
  return {
    ...base(env),
    spokes: createSpokes(env, (connection) => ({
      ...runCommandOf(connection),
      log: createCommandLog(new CloudWatchLogsClient(connection)),
    })),
    deliveries: createDeliveries({
      hub: env.HUB_ACCOUNT,
      bucket: env.RESULTS_BUCKET,
      config: { requestHandler: PATIENCE },
    }),
  };
}
