/** What doctor looks at in an account and Region, beside its nodes. Every answer is parsed here. */
import { DescribeInstancesCommand, DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createRunCommand, type ManagedNode } from '../shared/runCommand.ts';
import type { Connection } from '../shared/spoke.ts';

export interface Inspector {
  /** Those of `regions` that the account has not opted in to. */
  optedOut(regions: readonly string[]): Promise<readonly string[]>;
  nodes(): Promise<ManagedNode[]>;
  /** Throws when it is not visible. */
  document(name: string): Promise<void>;
  /** Ids of the EC2 instances that run. */
  servers(): Promise<readonly string[]>;
}

export function createInspector(connection: Connection): Inspector {
  const ssm = new SSMClient(connection);
  const ec2 = new EC2Client(connection);
  return {
    async optedOut(regions) {
      const { Regions = [] } = await ec2.send(
        new DescribeRegionsCommand({ AllRegions: true, RegionNames: [...regions] }),
      );
      return Regions.filter(({ OptInStatus }) => OptInStatus === 'not-opted-in').flatMap(
        ({ RegionName }) => RegionName ?? [],
      );
    },
    nodes: () => createRunCommand({ reader: ssm, sender: ssm }).nodes(),
    async document(Name) {
      await ssm.send(new DescribeDocumentCommand({ Name }));
    },
    async servers() {
      const ids: string[] = [];
      for (let token: string | undefined, first = true; first || token; first = false) {
        const page = await ec2.send(
          new DescribeInstancesCommand({
            MaxResults: 1000,
            NextToken: token,
            Filters: [{ Name: 'instance-state-name', Values: ['running'] }],
          }),
        );
        for (const { Instances = [] } of page.Reservations ?? [])
          ids.push(...Instances.flatMap(({ InstanceId }) => InstanceId ?? []));
        token = page.NextToken;
      }
      return ids;
    },
  };
}
