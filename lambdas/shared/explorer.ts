/** What the step that looks for nodes has beside the others: what there is in an account, managed or not. */
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { explorerEnvironment, type NodeTags } from './environment.ts';
import { base, type HubDeps } from './hub.ts';
import { type RunCommand, runCommandOf } from './runCommand.ts';
import { createServers, type Servers } from './servers.ts';
import { createSpokes, type Spokes } from './spoke.ts';

/** An account and Region. */
export interface Place {
  readonly run: RunCommand;
  readonly servers: Servers;
}

export interface ExplorerDeps extends HubDeps {
  readonly spokes: Spokes<Place>;
  /** What the spokes ask of a node. */
  readonly tags: NodeTags;
  /** Region of the hub. */
  readonly home: string;
  /** Regions with an exchange bucket. */
  readonly regions: readonly string[];
}

export function explorer(): ExplorerDeps {
  const env = explorerEnvironment();
  return {
    ...base(env),
    spokes: createSpokes(env, (connection) => ({
      run: runCommandOf(connection),
      servers: createServers({
        ec2: new EC2Client(connection),
        ssm: new SSMClient(connection),
      }),
    })),
    tags: env.NODE_TAGS,
    home: env.AWS_REGION,
    regions: env.REGIONS,
  };
}
