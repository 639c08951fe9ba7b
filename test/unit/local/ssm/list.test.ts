import type { CommandFilterKey } from '@aws-sdk/client-ssm';
import { describe, expect, it } from '@jest/globals';
import type { Behaviour } from '../../../../local/fleet/index.ts';
import { call, many, START, world, type World } from './support.ts';

/** Three commands ten seconds apart, the last one still running. */
async function threeCommands(): Promise<World & { readonly ids: readonly string[] }> {
  const here = world();
  const behaviours: Behaviour[] = [
    () => ({}),
    () => ({ exitCode: 1 }),
    () => ({ delayMs: 600_000 }),
  ];
  const ids: string[] = [];
  for (const behaviour of behaviours) {
    ids.push(await here.send([here.add({ behaviour })]));
    await here.wait(10_000);
  }
  return { ...here, ids };
}

describe('ListCommands', () => {
  it('gives the newest first, in pages', async () => {
    const { operations, ids } = await threeCommands();
    const first = await operations.ListCommands(call(), { MaxResults: 2 });
    expect(first.Commands?.map(({ CommandId }) => CommandId)).toEqual([ids[2], ids[1]]);
    const next = { MaxResults: 2, NextToken: first.NextToken };
    const second = await operations.ListCommands(call(), next);
    expect(second.Commands?.map(({ CommandId }) => CommandId)).toEqual([ids[0]]);
    expect(second.NextToken).toBeUndefined();
    await expect(
      operations.ListCommands(call(), { ...next, CommandId: ids[0] }),
    ).rejects.toMatchObject({ name: 'InvalidNextToken' });
    await expect(operations.ListCommands(call(), { NextToken: 'made up' })).rejects.toMatchObject({
      name: 'InvalidNextToken',
    });
  });

  it.each<[CommandFilterKey, string, readonly number[]]>([
    ['Status', 'Success', [0]],
    ['Status', 'Failed', [1]],
    ['Status', 'InProgress', [2]],
    ['ExecutionStage', 'Executing', [2]],
    ['ExecutionStage', 'Complete', [1, 0]],
    ['InvokedAfter', new Date(START + 10_000).toISOString(), [2, 1]],
    ['InvokedBefore', new Date(START + 10_000).toISOString(), [0]],
    ['DocumentName', 'AWS-RunShellScript', [2, 1, 0]],
    ['DocumentName', 'Other', []],
  ])('filters by %s %s', async (key, value, expected) => {
    const { operations, ids } = await threeCommands();
    const Filters = [{ key, value }];
    const { Commands } = await operations.ListCommands(call(), { Filters });
    expect(Commands?.map(({ CommandId }) => CommandId)).toEqual(expected.map((i) => ids[i]));
  });

  it('filters by node, and knows nothing of other accounts and Regions', async () => {
    const { operations, ids, fleet } = await threeCommands();
    const [node] = fleet.nodes(call().caller.account, call().region);
    const byNode = await operations.ListCommands(call(), { InstanceId: node?.id });
    expect(byNode.Commands?.map(({ CommandId }) => CommandId)).toEqual([ids[0]]);
    for (const other of [call('999999999999'), call(undefined, 'us-east-1')])
      expect((await operations.ListCommands(other, { CommandId: ids[0] })).Commands).toEqual([]);
  });

  it('forgets a command after 30 days', async () => {
    const { operations, ids, wait } = await threeCommands();
    await wait(30 * 24 * 3_600_000 - 30_000 + 1);
    const { Commands } = await operations.ListCommands(call(), {});
    expect(Commands?.map(({ CommandId }) => CommandId)).toEqual([ids[2], ids[1]]);
    expect((await operations.ListCommands(call(), { CommandId: ids[0] })).Commands).toEqual([]);
  });

  it.each<[object, string]>([
    [{ MaxResults: 51 }, 'maxResults'],
    [{ CommandId: 'short' }, 'commandId'],
    [{ Filters: [{ key: 'Colour', value: 'red' }] }, 'Colour'],
    [{ Filters: [{ key: 'Status', value: 'Delayed' }] }, 'Delayed'],
    [{ Filters: [{ key: 'InvokedAfter', value: 'yesterday' }] }, 'yesterday'],
    [{ Filters: many(6, () => ({ key: 'Status', value: 'Success' })) }, 'filters'],
    [{ Sort: 'up' }, 'Sort'],
  ])('refuses %j', async (input, text) => {
    const sent = world().operations.ListCommands(call(), input);
    await expect(sent).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(sent).rejects.toThrow(text);
  });
});

describe('ListCommandInvocations', () => {
  it('pages through one command and through all of them', async () => {
    const { add, send, wait, operations } = world();
    const nodes = many(7, () => add());
    const older = await send(nodes.slice(0, 3));
    const newer = await send(nodes);
    await wait(5000);
    const all = async (input: object) => {
      const seen: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await operations.ListCommandInvocations(call(), {
          MaxResults: 2,
          ...input,
          ...(NextToken === undefined ? {} : { NextToken }),
        });
        expect(page.CommandInvocations?.length).toBeLessThanOrEqual(2);
        for (const each of page.CommandInvocations ?? [])
          seen.push(`${each.CommandId} ${each.InstanceId}`);
        ({ NextToken } = page);
      } while (NextToken);
      return seen;
    };
    const expected = (id: string, count: number) =>
      nodes.slice(0, count).map((node) => `${id} ${node.id}`);
    expect(await all({ CommandId: newer })).toEqual(expected(newer, 7));
    expect(await all({})).toEqual([...expected(newer, 7), ...expected(older, 3)]);
    expect(await all({ InstanceId: nodes[0]?.id })).toEqual([
      ...expected(newer, 1),
      ...expected(older, 1),
    ]);
  });

  it('has the plugin with its output only when details are asked for', async () => {
    const { add, send, wait, operations } = world();
    const behaviour: Behaviour = () => ({ stdout: 'out\n', stderr: 'bad\n', exitCode: 3 });
    const id = await send([add({ behaviour })]);
    await wait(1000);
    const list = async (Details?: boolean) =>
      (
        await operations.ListCommandInvocations(call(), {
          CommandId: id,
          ...(Details === undefined ? {} : { Details }),
        })
      ).CommandInvocations?.[0];
    expect((await list())?.CommandPlugins).toEqual([]);
    expect((await list(true))?.CommandPlugins).toEqual([
      {
        Name: 'aws:runShellScript',
        Status: 'Failed',
        StatusDetails: 'Failed',
        ResponseCode: 3,
        ResponseStartDateTime: new Date(START + 150),
        ResponseFinishDateTime: new Date(START + 150),
        Output: 'out\n\n----------ERROR-------\nbad\nfailed to run commands: exit status 3',
        StandardOutputUrl: '',
        StandardErrorUrl: '',
      },
    ]);
  });

  it('filters by status and by its details, not by stage', async () => {
    const { add, sendTo, wait, operations } = world();
    add({ tags: { Role: 'web' }, platformType: 'Windows' });
    add({ tags: { Role: 'web' } });
    const id = await sendTo('web');
    await wait(2000);
    const count = async (value: string) =>
      (
        await operations.ListCommandInvocations(call(), {
          CommandId: id,
          Filters: [{ key: 'Status', value }],
        })
      ).CommandInvocations?.length;
    expect(await count('InvalidPlatform')).toBe(1);
    expect(await count('Failed')).toBe(1);
    expect(await count('Delayed')).toBe(0);
    const Filters = [{ key: 'ExecutionStage' as const, value: 'Complete' }];
    await expect(operations.ListCommandInvocations(call(), { Filters })).rejects.toThrow(
      'ExecutionStage',
    );
  });
});

describe('GetCommandInvocation', () => {
  it('cuts stderr at 8,000 characters, stdout at 24,000', async () => {
    const { add, send, wait, operations } = world();
    const text = 'x'.repeat(30_000);
    const node = add({ behaviour: () => ({ stdout: text, stderr: text }) });
    const CommandId = await send([node]);
    await wait(1000);
    const got = await operations.GetCommandInvocation(call(), { CommandId, InstanceId: node.id });
    const cut = (length: number) => `${'x'.repeat(length - 20)}--output truncated--`;
    expect(got.StandardOutputContent).toBe(cut(24_000));
    expect(got.StandardErrorContent).toBe(cut(8_000));
  });

  it('knows its one step, also while the invocation waits', async () => {
    const { add, send, wait, operations } = world();
    const node = add({ responsive: false });
    const CommandId = await send([node]);
    await wait(1000);
    const get = (PluginName: string) =>
      operations.GetCommandInvocation(call(), { CommandId, InstanceId: node.id, PluginName });
    expect(await get('aws:runShellScript')).toMatchObject({
      Status: 'Delayed',
      ResponseCode: -1,
      ExecutionStartDateTime: '',
    });
    await expect(get('runShellScript')).rejects.toMatchObject({ name: 'InvalidPluginName' });
  });
});
