/** What there is in one account and Region beside what Systems Manager manages. Answers are parsed here. */
import {
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  type EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2';
import { ListTagsForResourceCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { problemsOf } from '../../contract/problems.ts';

/** Most that a page holds (EC2 API Reference, DescribeInstances). */
const PAGE = 1000;
/** Values of a filter (EC2 User Guide, "Filter": 200). */
const FILTER_VALUES = 200;

const text = z.string().optional();
const Tag = z.object({ Key: z.string(), Value: z.string().default('') });
const Instance = z.object({
  InstanceId: z.string(),
  State: z.object({ Name: z.string() }),
  Platform: text,
  InstanceType: text,
  PrivateDnsName: text,
  Tags: z.array(Tag).default([]),
});
export type Instance = z.infer<typeof Instance>;
const Reservations = z.array(z.object({ Instances: z.array(Instance).default([]) }));

export interface Servers {
  /** EC2 instances in whatever state, managed or not. */
  instances(filters?: readonly Filter[]): Promise<Instance[]>;
  instancesOf(ids: readonly string[]): Promise<Instance[]>;
  /** Tags of a hybrid node. */
  tags(node: string): Promise<ReadonlyMap<string, string>>;
  /** Regions that the account has enabled. */
  regions(): Promise<string[]>;
}

export function createServers(clients: {
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly ssm: Pick<SSMClient, 'send'>;
}): Servers {
  const { ec2, ssm } = clients;
  const instances = async (filters: readonly Filter[] = []): Promise<Instance[]> => {
    const found: Instance[] = [];
    for (let token: string | undefined, first = true; first || token; first = false) {
      const answer = await ec2.send(
        new DescribeInstancesCommand({
          MaxResults: PAGE,
          NextToken: token,
          ...(filters.length > 0 && { Filters: [...filters] }),
        }),
      );
      const page = parse(Reservations, answer.Reservations ?? [], 'ec2:DescribeInstances');
      found.push(...page.flatMap((reservation) => reservation.Instances));
      token = answer.NextToken;
    }
    return found;
  };
  return {
    instances,
    async instancesOf(ids) {
      const found: Instance[] = [];
      // By filter: an id that does not exist would have EC2 refuse the whole call.
      for (let i = 0; i < ids.length; i += FILTER_VALUES) {
        const Values = ids.slice(i, i + FILTER_VALUES);
        found.push(...(await instances([{ Name: 'instance-id', Values }])));
      }
      return found;
    },
    async tags(node) {
      const command = new ListTagsForResourceCommand({
        ResourceType: 'ManagedInstance',
        ResourceId: node,
      });
      const { TagList = [] } = await ssm.send(command);
      const tags = parse(z.array(Tag), TagList, 'ssm:ListTagsForResource');
      return new Map(tags.map(({ Key, Value }) => [Key, Value]));
    },
    async regions() {
      const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({}));
      const Names = z.array(z.object({ RegionName: z.string() }));
      return parse(Names, Regions, 'ec2:DescribeRegions').map((region) => region.RegionName);
    },
  };
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, action: string): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new FleetwideError('UnexpectedAnswer', action, problemsOf(parsed.error));
}
