/**
 * A frozen plan, for the dispatch that runs it: the very slices, or a refusal that names what moved. Whether a
 * node answers is not part of it: who was to be sent to is sent to.
 */
import pMap from 'p-map';
import { FleetwideError, type Problem } from '../../contract/errors.ts';
import { keys } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import {
  GroupRefs,
  type Node,
  Plan,
  type Shard,
  SkippedNode,
  Slice,
  TERMINATED,
} from '../../contract/stored.ts';
import type { Store } from '../shared/store.ts';
import type { Found, Work } from './freeze.ts';
import { fingerprint, nodeName, stateOf } from './frozen.ts';
import { nameOf } from './waves.ts';

const READS_AT_ONCE = 20;

export async function planned(
  store: Store,
  planOf: string,
  request: Request,
  found: readonly Found[],
): Promise<Work> {
  const stored = await store.find(Plan, keys.plan(planOf));
  if (!stored) throw new FleetwideError('PlanMissing', `dispatch ${planOf} came to no plan`);
  const slices = await slicesOf(store, planOf, stored);
  const skipped = (await store.findLines(SkippedNode, keys.skipped(planOf))) ?? [];
  if (fingerprint(request, slices) !== stored.sha256)
    throw store.invalid(keys.plan(planOf), 'request, slices and the plan’s SHA-256 do not fit');
  const problems = [...movedNodes(slices, skipped, found), ...movedDocuments(slices, found)];
  if (problems.length > 0)
    throw new FleetwideError('PlanMoved', `plan ${planOf} of ${stored.frozenAt}`, problems);
  const { dispatch: _, frozenAt: __, ...plan } = stored;
  return { plan: { ...plan, planOf }, slices, skipped };
}

async function slicesOf(store: Store, planOf: string, plan: Plan): Promise<Slice[]> {
  const waves = await pMap(plan.waves.keys(), (wave) =>
    store.get(GroupRefs, keys.wave(planOf, wave)),
  );
  return pMap(waves.flat(), (ref) => store.get(Slice, ref.key), { concurrency: READS_AT_ONCE });
}

/** By id and platform: on the latter depends what a node is sent. What is terminated is no longer there. */
function movedNodes(
  slices: readonly Slice[],
  skipped: readonly SkippedNode[],
  found: readonly Found[],
): Problem[] {
  const then = new Map<string, string>();
  for (const shard of slices.flatMap((slice) => slice.shards))
    for (const node of shard.nodes) then.set(idOf(shard, node), platformOf(node));
  for (const { node, reason, ...shard } of skipped)
    if (reason.code !== TERMINATED) then.set(idOf(shard, node), platformOf(node));
  const now = new Map<string, string>();
  for (const shard of found)
    for (const node of shard.nodes)
      if (node.skipped?.code !== TERMINATED) now.set(idOf(shard, node), platformOf(node));
  const unread = new Map(found.flatMap((s) => (s.skipped ? [[nameOf(s), s.skipped]] : [])));
  const gone = [...then.keys()].filter((id) => !now.has(id));
  const blind = new Set(gone.map(shardOf).filter((shard) => unread.has(shard)));
  return [
    ...told(
      'match now and did not then',
      [...now.keys()].filter((id) => !then.has(id)),
    ),
    ...told(
      'matched then and do not now',
      gone.filter((id) => !blind.has(shardOf(id))),
    ),
    ...told(
      'are of another platform now',
      [...then].flatMap(([id, platform]) =>
        now.has(id) && now.get(id) !== platform ? [`${id} (${platform}, now ${now.get(id)})`] : [],
      ),
    ),
    ...[...blind].map((shard) => ({
      path: 'nodes',
      message: `${shard} cannot be read now: ${unread.get(shard)?.code} ${unread.get(shard)?.message}`,
      remedy: 'Mend that and run the plan again',
    })),
  ];
}

const idOf = (shard: Shard, node: Node): string => `${nameOf(shard)}/${nodeName(node)}`;
const shardOf = (id: string): string => id.slice(0, id.lastIndexOf('/'));
const platformOf = ({ platform }: Node): string => platform ?? 'unknown';

const MOST_NAMED = 10;

function told(what: string, ids: readonly string[]): Problem[] {
  if (ids.length === 0) return [];
  const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : '';
  const message = `${ids.length} ${what}: ${ids.slice(0, MOST_NAMED).join(', ')}${more}`;
  return [{ path: 'nodes', message, remedy: 'Plan again' }];
}

function movedDocuments(slices: readonly Slice[], found: readonly Found[]): Problem[] {
  const now = new Map(found.map((shard) => [nameOf(shard), shard.documents ?? []]));
  const moved = new Map<string, string[]>();
  const frozen = new Map(slices.flatMap((s) => s.shards).map((s) => [nameOf(s), s.documents]));
  for (const [shard, documents = []] of frozen)
    for (const then of documents) {
      const current = now.get(shard)?.find((d) => d.name === then.name);
      const what = change(then, current);
      if (what) moved.set(what, [...(moved.get(what) ?? []), shard]);
    }
  return [...moved].map(([message, shards]) => ({
    path: 'documents',
    message: `${message} (in ${shards.slice(0, MOST_NAMED).join(', ')}${shards.length > MOST_NAMED ? ', …' : ''})`,
    remedy: 'Plan again',
  }));
}

type Document = NonNullable<Found['documents']>[number];

function change(then: Document, now: Document | undefined): string | undefined {
  const unread = then.unread ?? now?.unread;
  if (unread)
    return `${then.name} could not be read ${then.unread ? 'then' : 'now'}, so nobody can say that it is the same: ${unread.code} on ${unread.action ?? 'ssm:DescribeDocument'}`;
  // Nodes that are all offline now have no document looked into; Send holds what it sends to the frozen hash.
  if (!now || stateOf(now) === stateOf(then)) return undefined;
  return `${stateOf(then)} is now version ${now.version} ${now.hash ?? ''}`;
}
