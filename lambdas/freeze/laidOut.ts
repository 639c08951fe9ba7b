/** A new plan: waves, slices, and what both come to in numbers. */
import { FleetwideError } from '../../contract/errors.ts';
import { BATCH } from '../../contract/names.ts';
import { limitOf } from '../../contract/primitives.ts';
import { errorBudgetOf, type Request } from '../../contract/request.ts';
import type { FoundShard, Node, Plan, Slice } from '../../contract/stored.ts';
import { contentOf, sourceOf } from '../shared/action.ts';
import { callsOf, dollars } from './expected.ts';
import { nameOf, sendableOf } from './found.ts';
import type { Matching, Recording, Work } from './freeze.ts';
import { distinct, fingerprint } from './frozen.ts';
import { afterSource, cutter, type First, type Wave, waveSizes } from './waves.ts';

export async function laidOut(
  record: Recording,
  request: Request,
  { found, shards, nodes, expected }: Matching,
  { accounts, seed }: { readonly accounts: Plan['accounts']; readonly seed: string },
): Promise<Work> {
  const matched = sum(shards, (s) => s.matched);
  if (request.maxNodes !== undefined && matched > request.maxNodes)
    throw new FleetwideError(
      'TooManyNodes',
      `${matched} nodes match, maxNodes is ${request.maxNodes}`,
    );
  const sendable = sum(shards, sendableOf);
  const source = sourceOf(request.action)?.id;
  const first = source === undefined ? undefined : await whereIs(source, nodes());
  const waves = first
    ? afterSource(waveSizes(request.waves, sendable - 1))
    : waveSizes(request.waves, sendable);
  const sizes = shards.map((s) => ({ ...s, sendable: sendableOf(s) }));
  const cut = cutter(sizes, waves, seed, first);
  const missing = new Set(request.targets.instanceIds ?? expected);
  if (source !== undefined) missing.add(source);
  const print = fingerprint(request);
  const groups = waves.map(() => 0);
  const counted = { children: 0, shards: 0, batches: 0, hybrid: 0 };
  const keep = async (slices: readonly Slice[]) => {
    for (const slice of slices) {
      print.add(slice);
      groups[slice.wave] = slice.group + 1;
      counted.children++;
      for (const { nodes: all } of slice.shards) {
        counted.shards++;
        counted.batches += Math.ceil(all.length / BATCH);
        counted.hybrid += all.filter(({ id }) => id.startsWith(HYBRID)).length;
      }
      await record.slice(slice);
    }
  };
  for await (const { shard, nodes: own, all } of nodes()) {
    const { account, region, documents = [] } = shard;
    for (const { id, instances = [id] } of all)
      for (const instance of instances) missing.delete(instance);
    const sent: Node[] = [];
    for (const { skipped: reason, ...node } of own)
      if (reason) await record.skipped({ account, region, node, reason });
      else sent.push(node);
    await keep(cut.add({ account, region, nodes: sent, documents }));
  }
  await keep(cut.end());
  await record.end();
  const content = contentOf(request.action);
  return {
    sha256: print.done(),
    documents: distinct(
      shards.filter((s) => sendableOf(s) > 0).map((s) => s.documents ?? []),
      request,
    ),
    accounts,
    ...(content && { artifact: content }),
    ...(request.targets.sample && { sampledFrom: sum(found, (s) => s.matched) }),
    matched,
    sendable,
    skipped: matched - sendable,
    waves: waves.map((wave, n) => ({
      size: wave.size,
      nodes: wave.nodes,
      groups: groups[n] ?? 0,
      ...(isAsked(request.approval, wave, n) && { approval: true as const }),
    })),
    shards: shards.map((shard) => ({
      account: shard.account,
      region: shard.region,
      ...(shard.skipped && { skipped: shard.skipped }),
      matched: shard.matched,
      sendable: sendableOf(shard),
      nodesSkipped: shard.nodesSkipped ?? {},
    })),
    notFound: [...missing],
    errorsAllowed: limitOf(errorBudgetOf(request), sendable),
    ...(request.tolerate.length > 0 && { tolerated: request.tolerate }),
    seed,
    expectedCalls: callsOf(counted),
    expectedDollars: dollars({ ...counted, groups: Math.max(0, ...groups), waves: waves.length }),
  };
}

/** The source of a copy goes first; undefined: it is not there, or cannot be sent to. */
async function whereIs(
  id: string,
  nodes: ReturnType<Matching['nodes']>,
): Promise<First | undefined> {
  for await (const { shard, nodes: own } of nodes)
    if (own.some((node) => node.id === id && !node.skipped)) return { shard: nameOf(shard), id };
  return undefined;
}

/** A wave that adds no node leaves its approval to the next one that does. */
function isAsked(approval: Request['approval'], { stated }: Wave, n: number): boolean {
  if (!approval) return false;
  const { before } = approval;
  if (before === 'first') return n === 0;
  return before === 'every' || stated.some((wave) => before.includes(wave));
}

const sum = (shards: readonly FoundShard[], of: (shard: FoundShard) => number): number =>
  shards.reduce((total, shard) => total + of(shard), 0);

/** How ids of hybrid nodes begin, which are not of EC2. */
const HYBRID = 'mi-';
