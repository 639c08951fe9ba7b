/** What a running dispatch has written, read gently: one list a look, and only the notebooks that changed. */
import pMap from 'p-map';
import { keys } from '../../contract/names.ts';
import { addCounts, type Counts, errorsIn, total } from '../../contract/outcomes.ts';
import { type Plan, Progress } from '../../contract/stored.ts';
import type { Failure } from '../../contract/failure.ts';
import type { Hub } from '../hub.ts';

/** A child of a wave, which carries the nodes of some accounts. */
export interface GroupState {
  readonly accounts: readonly string[];
  readonly shards: readonly { readonly account: string; readonly region: string }[];
  readonly startedAt: number;
  readonly nodes: number;
  readonly sent: number;
  /** On how many it has ended, as far as it is known. */
  readonly ended: number;
  /** On how many of these it went wrong. */
  readonly errors: number;
  /** When it was seen that all of it had ended. */
  readonly endedAt?: number;
  /** How it ended, once the group is over. */
  readonly counts?: Counts;
  readonly failures: readonly Failure[];
}

export interface WaveState {
  /** 0 is the first. */
  readonly wave: number;
  readonly nodes: number;
  readonly groups: ReadonlyMap<number, GroupState>;
  readonly over: boolean;
}

const READS_AT_ONCE = 8;

export interface Watch {
  /** The waves that may have moved since the last look, the first first. */
  look(plan: Plan): Promise<WaveState[]>;
}

export function watch(hub: Pick<Hub, 'list' | 'find'>, id: string): Watch {
  const seen = new Map<string, string>();
  let groups = new Map<number, GroupState>();
  let wave = 0;

  const lookAt = async (plan: Plan): Promise<WaveState> => {
    const root = keys.progress(id, wave, 0).replace(/0\.json$/, '');
    const changed = [...(await hub.list(root))].filter(([key, etag]) => seen.get(key) !== etag);
    await pMap(
      changed,
      async ([key, etag]) => {
        const notebook = await hub.find(Progress, key);
        if (notebook) groups.set(Number.parseInt(key.slice(root.length), 10), stateOf(notebook));
        seen.set(key, etag);
      },
      { concurrency: READS_AT_ONCE },
    );
    const planned = plan.waves[wave];
    const over =
      groups.size >= (planned?.groups ?? 0) && [...groups.values()].every((g) => g.counts);
    return { wave, nodes: planned?.nodes ?? 0, groups, over };
  };

  return {
    async look(plan) {
      const states: WaveState[] = [];
      while (wave < plan.waves.length) {
        const state = await lookAt(plan);
        // A wave of which nothing is written yet has not begun.
        if (state.groups.size > 0) states.push(state);
        if (!state.over) break;
        wave++;
        groups = new Map();
      }
      return states;
    },
  };
}

function stateOf({ shards, startedAt, endedAt, counts, failures = [] }: Progress): GroupState {
  const sum = { nodes: 0, sent: 0, ended: 0, errors: 0 };
  for (const { state, nodes, completed = 0, errors = 0, outcome } of shards.flatMap(
    (s) => s.batches,
  )) {
    const closed = state === 'done' || state === 'refused';
    sum.nodes += nodes.length;
    if (state !== 'planned' && state !== 'refused') sum.sent += nodes.length;
    sum.ended += closed ? nodes.length : completed;
    sum.errors += closed && outcome ? errorsIn({ [outcome]: nodes.length }) : errors;
  }
  return {
    ...sum,
    accounts: [...new Set(shards.map((s) => s.account))],
    shards: shards.map(({ account, region }) => ({ account, region })),
    startedAt: Date.parse(startedAt),
    ...(endedAt && { endedAt: Date.parse(endedAt) }),
    ...(counts && { counts, ended: total(counts), errors: errorsIn(counts) }),
    failures,
  };
}

/** Counts of a wave: exact for the groups that are over, and what is known of the others. */
export function countsOf(groups: Iterable<GroupState>): {
  counts: Counts;
  ended: number;
  errors: number;
  sent: number;
} {
  const all = [...groups];
  const sum = (of: (group: GroupState) => number) => all.reduce((n, group) => n + of(group), 0);
  return {
    counts: addCounts(...all.map((group) => group.counts ?? running(group))),
    ended: sum((g) => g.ended),
    errors: sum((g) => g.errors),
    sent: sum((g) => g.sent),
  };
}

/** Of what has not been collected only this much is known. */
const running = ({ ended, errors }: GroupState): Counts => ({
  succeeded: Math.max(0, ended - errors),
  failed: errors,
});
