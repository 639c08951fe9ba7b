/** What the step that looks for nodes has beside the others: what there is in an account, managed or not. */
import { EC2Client } from '@aws-sdk/client-ec2';
import { ResourceGroupsClient } from '@aws-sdk/client-resource-groups';
import { SSMClient } from '@aws-sdk/client-ssm';
import { explorerEnvironment, type NodeTags } from './environment.ts';
import { base, type HubDeps } from './hub.ts';
import { countThrottles } from './metrics.ts';
import { Patient } from './retry.ts';
import { type RunCommand, runCommandOf } from './runCommand.ts';
import { createInstances, type Instances } from './instances.ts';
import { createMembers, type MembersOf } from './resourceGroups.ts';
import { createServers, type Servers } from './servers.ts';
import { createSpokes, type Spokes } from './spoke.ts';

/** An account and Region. */
export interface Place {
  readonly run: RunCommand;
  readonly servers: Servers;
  readonly instances: Instances;
  readonly members: MembersOf;
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
      members: createMembers(
        countThrottles(new ResourceGroupsClient({ ...connection, retryStrategy: new Patient() })),
      ),
      ...ec2Of(
        countThrottles(new EC2Client({ ...connection, retryStrategy: new Patient() })),
        countThrottles(new SSMClient({ ...connection, retryStrategy: new Patient() })),
      ),
    })),
    tags: env.NODE_TAGS,
    home: env.AWS_REGION,
    regions: env.REGIONS,
  };
}

/** EC2's client is the largest of all: it is in the bundle of no other step. */
const ec2Of = (ec2: EC2Client, ssm: SSMClient): Pick<Place, 'servers' | 'instances'> => ({
  servers: createServers({ ec2, ssm }),
  instances: createInstances(ec2),
});
