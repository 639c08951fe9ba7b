/**
 * What one would do without Fleetwide, on the same embedded AWS: loops over nodes that look every 10 s. Counted
 * on one shard; a node costs the same whatever the fleet.
 */
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { holding, sleep } from '../../local/core/clock.ts';
import { ready, type Size } from './fleet.ts';

const LOOK_MS = 10_000;
const OVER = new Set(['Success', 'Failed', 'TimedOut', 'Cancelled']);

/** Calls a node costs when each command goes to `together` nodes, and each node is asked for by itself. */
export async function loopCalls(seconds: number, together: number): Promise<number> {
  const size: Size = { accounts: 1, regions: 1, nodes: 50 };
  const { world } = await ready(size, seconds);
  const { aws } = world;
  const account = '700000000000';
  const { accessKeyId, secretAccessKey } = aws.iam.createUser(account, 'loop', [
    { Statement: [{ Effect: 'Allow', Action: 'ssm:*', Resource: '*' }] },
  ]);
  const ssm = new SSMClient({
    endpoint: aws.url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey },
  });
  const nodes = aws.fleet.nodes(account, 'eu-west-1').map(({ id }) => id);
  const send = async (ids: readonly string[]): Promise<string> => {
    const { Command } = await ssm.send(
      new SendCommandCommand({
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [...ids],
        Parameters: { commands: ['true'] },
      }),
    );
    return Command?.CommandId ?? '';
  };
  const look = async (CommandId: string, open: Set<string>): Promise<void> => {
    for (const InstanceId of open) {
      const { Status = '' } = await ssm.send(
        new GetCommandInvocationCommand({ CommandId, InstanceId }),
      );
      if (OVER.has(Status)) open.delete(InstanceId);
    }
  };
  // Virtual time stands still while a loop works, as it does for a function.
  const follow = async (ids: readonly string[]): Promise<void> => {
    const open = new Set(ids);
    const id = await holding(aws.clock, () => send(ids));
    while (open.size > 0) {
      await sleep(aws.clock, LOOK_MS);
      await holding(aws.clock, () => look(id, open));
    }
  };
  const groups = Array.from({ length: Math.ceil(nodes.length / together) }, (_, i) =>
    nodes.slice(i * together, (i + 1) * together),
  );
  await Promise.all(groups.map(follow));
  const calls = Object.entries(aws.ledger.counts())
    .filter(([operation]) => operation.startsWith('ssm:'))
    .flatMap(([, by]) => Object.values(by))
    .reduce((sum, n) => sum + n, 0);
  ssm.destroy();
  await world.close();
  return calls / nodes.length;
}
