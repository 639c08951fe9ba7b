import { describe, expect, it } from '@jest/globals';
import { call, many, world } from './support.ts';

describe('ten thousand virtual nodes in two hundred accounts', () => {
  it('take a command in virtual minutes and real seconds, and count in full', async () => {
    const { add, operations, wait, clock } = world();
    const accounts = many(200, (i) => String(100_000_000_000 + i));
    const began = performance.now();
    const sent = await Promise.all(
      accounts.map(async (account) => {
        const nodes = many(50, (i) =>
          add({ account, behaviour: () => ({ delayMs: 5000 + i, exitCode: i === 7 ? 1 : 0 }) }),
        );
        const { Command } = await operations.SendCommand(call(account), {
          DocumentName: 'AWS-RunShellScript',
          InstanceIds: nodes.map(({ id }) => id),
          Parameters: { commands: ['true'] },
          MaxErrors: '100%',
        });
        return { account, CommandId: Command?.CommandId };
      }),
    );
    const start = clock.now();
    await wait(60_000);
    let completed = 0;
    let failed = 0;
    for (const { account, CommandId } of sent) {
      const { Commands } = await operations.ListCommands(call(account), { CommandId });
      completed += Commands?.[0]?.CompletedCount ?? 0;
      failed += Commands?.[0]?.ErrorCount ?? 0;
      const page = await operations.DescribeInstanceInformation(call(account), { MaxResults: 50 });
      expect(page.InstanceInformationList).toHaveLength(50);
    }
    expect({ completed, failed }).toEqual({ completed: 10_000, failed: 200 });
    expect(clock.now() - start).toBe(60_000);
    // Far above what it takes (about half a second): it fails when a scan of the whole fleet creeps in.
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
