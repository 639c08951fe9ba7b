/** EC2 instances of one account and Region, running or not, known to Systems Manager or not. */
import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { problemsOf } from '../../contract/problems.ts';

const PAGE = 1_000;
/** Values of one filter (EC2 API reference, Filter). */
const VALUES = 200;
/** What has been terminated is shown for an hour, and is nobody's target. */
const ALIVE = ['pending', 'running', 'stopping', 'stopped'];

const Instance = z.object({
  InstanceId: z.string(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string().default('') })).default([]),
});
export type Instance = z.infer<typeof Instance>;
const Reservations = z.array(z.object({ Instances: z.array(Instance).default([]) }));

export interface Picked {
  readonly instanceIds?: readonly string[] | undefined;
  /** Every key, with one of its values. */
  readonly tags?: Readonly<Record<string, readonly string[]>> | undefined;
}

export interface Instances {
  list(picked: Picked): Promise<Instance[]>;
}

export function createInstances(client: Pick<EC2Client, 'send'>): Instances {
  const query = async (
    filters: readonly (readonly [string, readonly string[]])[],
  ): Promise<Instance[]> => {
    const found: Instance[] = [];
    for (let token: string | undefined, first = true; first || token; first = false) {
      const answer = await client.send(
        new DescribeInstancesCommand({
          MaxResults: PAGE,
          NextToken: token,
          Filters: filters.map(([Name, Values]) => ({ Name, Values: [...Values] })),
        }),
      );
      const parsed = Reservations.safeParse(answer.Reservations ?? []);
      if (!parsed.success)
        throw new FleetwideError(
          'UnexpectedAnswer',
          'ec2:DescribeInstances',
          problemsOf(parsed.error),
        );
      found.push(...parsed.data.flatMap((reservation) => reservation.Instances));
      token = answer.NextToken;
    }
    return found;
  };
  return {
    async list({ instanceIds, tags = {} }) {
      const alive = ['instance-state-name', ALIVE] as const;
      if (!instanceIds) {
        const carrying = Object.entries(tags).map(
          ([key, values]) => [`tag:${key}`, values] as const,
        );
        return query([alive, ...carrying]);
      }
      const found: Instance[] = [];
      // By a filter: a call that names an id which is not there is refused as a whole.
      for (let i = 0; i < instanceIds.length; i += VALUES)
        found.push(...(await query([alive, ['instance-id', instanceIds.slice(i, i + VALUES)]])));
      return found;
    },
  };
}
