/**
 * A frozen plan, for the dispatch that runs it: the very slices, or a refusal that names what moved. Whether a
 * node answers is not part of it: who was to be sent to is sent to. Plan and fleet are read side by side, shard
 * by shard.
 */
import { FleetwideError } from '../../contract/errors.ts';
import { keys } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import { GroupRefs, Plan, SkippedNode, Slice, TERMINATED } from '../../contract/stored.ts';
import { ahead } from '../shared/ahead.ts';
import type { Store } from '../shared/store.ts';
import { nameOf } from './found.ts';
import type { Matching, Recording, Work } from './freeze.ts';
import { fingerprint } from './frozen.ts';
import { merged } from './merged.ts';
import { comparison, type Seen } from './moved.ts';

/** Of each wave. */
const SLICES_AHEAD = { atOnce: 2, room: 2, weigh: () => 1 };

export async function planned(
  store: Store,
  record: Recording,
  planOf: string,
  request: Request,
  { nodes }: Matching,
): Promise<Work> {
  const stored = await store.find(Plan, keys.plan(planOf));
  if (!stored) throw new FleetwideError('PlanMissing', `dispatch ${planOf} came to no plan`);
  const print = fingerprint(request);

  async function* ofWave(wave: number): AsyncGenerator<Seen> {
    const refs = await store.get(GroupRefs, keys.wave(planOf, wave));
    for await (const slice of ahead(refs, ({ key }) => store.get(Slice, key), SLICES_AHEAD)) {
      print.add(slice);
      await record.slice(slice);
      for (const shard of slice.shards) yield { when: 'then', name: nameOf(shard), ...shard };
    }
  }
  async function* ofSkipped(): AsyncGenerator<Seen> {
    for await (const skip of (await store.lines(SkippedNode, keys.skipped(planOf))) ?? []) {
      await record.skipped(skip);
      const { node, reason } = skip;
      if (reason.code !== TERMINATED) yield { when: 'then', name: nameOf(skip), nodes: [node] };
    }
  }
  async function* ofFleet(): AsyncGenerator<Seen> {
    for await (const { shard, nodes: all } of nodes())
      yield {
        when: 'now',
        name: nameOf(shard),
        ...shard,
        // What is terminated is no longer there.
        nodes: all.filter(({ skipped }) => skipped?.code !== TERMINATED),
      };
  }

  const compared = comparison();
  const waves = stored.waves.map((_, wave) => ofWave(wave));
  for await (const seen of merged([...waves, ofSkipped(), ofFleet()])) compared.add(seen);
  if (print.done() !== stored.sha256)
    throw store.invalid(keys.plan(planOf), 'request, slices and the plan’s SHA-256 do not fit');
  const problems = compared.problems();
  if (problems.length > 0)
    throw new FleetwideError('PlanMoved', `plan ${planOf} of ${stored.frozenAt}`, problems);
  await record.end();
  const { dispatch: _, frozenAt: __, ...plan } = stored;
  return { ...plan, planOf };
}
