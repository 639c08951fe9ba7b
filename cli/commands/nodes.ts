import { randomBytes } from 'node:crypto';
import pMap from 'p-map';
import { z } from 'zod';
import { keys } from '../../contract/names.ts';
import { parseRequest, type RequestInput } from '../../contract/request.ts';
import { FoundShard, InventoryNode, type Reason } from '../../contract/stored.ts';
import type { AddCommand, Cli } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import { type TargetFlags, withTargets } from '../flags.ts';
import { settled } from '../follow/settled.ts';
import type { Hub } from '../hub.ts';
import { targetsFrom } from '../requests.ts';
import { requesterOf } from '../requester.ts';
import { bold, coloured, count, harmless, table } from '../text.ts';

export const nodes: AddCommand = (program, cli) => {
  withTargets(program.command('nodes'))
    .description('the nodes that would be matched, and which of them cannot be reached, and why')
    .addHelpText(
      'after',
      `
Without --tag, --instance-id or --all-nodes: every node. It only looks; nothing is sent.

Examples:
  fleetwide nodes --accounts 111122223333 --regions eu-west-1
  fleetwide nodes --accounts ou:Prod --tag Role=web --json`,
    )
    .action(async (flags: TargetFlags) => {
      cli.ends(await looked(cli, flags));
    });
};

async function looked(cli: Cli, given: TargetFlags): Promise<Exit> {
  const { regions } = await cli.settings({ regions: given.regions });
  const flags = { ...given, ...(regions && { regions: regions.value }) };
  const all = !flags.tag && !flags.instanceId;
  const request = (requester: string): RequestInput => ({
    // Nothing is sent: an action that has a variant for every platform, so that none is left out for it.
    action: { type: 'command', linux: ['true'], windows: ['exit 0'] },
    targets: targetsFrom(all ? { ...flags, allNodes: true } : flags),
    mode: 'plan',
    requester,
  });
  parseRequest(request('caller'));
  const hub = await cli.hub();
  const id = `nodes-${randomBytes(6).toString('hex')}`;
  await hub.start(id, request(requesterOf(hub.caller)));
  await settled(cli, hub, id, 'Looking for nodes');
  const shards = await inventoryOf(hub, id);
  cli.show(shards, () => textOf(shards));
  return EXIT.succeeded;
}

interface Shard {
  readonly account: string;
  readonly region: string;
  readonly skipped?: Reason;
  readonly nodes: readonly z.infer<typeof InventoryNode>[];
}

const READS_AT_ONCE = 8;

/** What became of each shard, with the nodes of those that have some. */
async function inventoryOf(hub: Hub, id: string): Promise<Shard[]> {
  const listed = [...(await hub.list(`${keys.root(id)}/inventory/`)).keys()];
  const groups = await pMap(
    listed.filter((key) => /\/found-\d+\.json$/.test(key)),
    async (key) => (await hub.find(z.array(FoundShard), key)) ?? [],
    { concurrency: READS_AT_ONCE },
  );
  return pMap(
    groups.flat(),
    async ({ account, region, matched, skipped }) => ({
      account,
      region,
      ...(skipped && { skipped }),
      nodes: matched > 0 ? await hub.lines(InventoryNode, keys.inventory(id, account, region)) : [],
    }),
    { concurrency: READS_AT_ONCE },
  );
}

function textOf(shards: readonly Shard[]): string {
  const all = shards.flatMap((shard) => shard.nodes.map((node) => ({ shard, node })));
  const unreachable = all.filter(({ node }) => node.skipped).length;
  const rows = all.map(({ shard: { account, region }, node }) => [
    account,
    region,
    node.id,
    harmless(node.name ?? ''),
    node.platform ?? '',
    node.agent ?? '',
    node.skipped ? harmless(`${node.skipped.code}: ${node.skipped.message}`) : 'reachable',
  ]);
  return [
    ...(rows.length > 0
      ? [table([['account', 'Region', 'node', 'name', 'platform', 'agent', 'state'], ...rows], '')]
      : []),
    ...shards.flatMap(({ account, region, skipped }) =>
      skipped
        ? [
            `${coloured('denied', 'not reached')} ${account} ${region}: ${harmless(skipped.message)}`,
          ]
        : [],
    ),
    bold(`${count(all.length, 'node')}, ${all.length - unreachable} reachable`),
  ].join('\n');
}
