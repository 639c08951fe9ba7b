/** What a plan will take if its command runs five minutes on each node: an estimate, for a person who decides. */
import { dollarsOf, type Usage } from '../../contract/price.ts';
import { waitSeconds } from '../shared/waiting.ts';

/** The sizes that calls, state transitions and objects depend on. */
export interface Sizes {
  /** Children of the inventory's map, and of all waves'. */
  readonly groups: number;
  readonly children: number;
  readonly waves: number;
  /** Accounts and Regions, in each wave that sends to them. */
  readonly shards: number;
  readonly batches: number;
  readonly hybrid: number;
}

const COMMAND_SECONDS = 300;
const LOOKS = looksUntil(COMMAND_SECONDS);

/** Sends, reads and about two looks for each batch: a look ends early when some are seen open. */
export const callsOf = ({ batches }: Pick<Sizes, 'batches'>): number => 4 * batches;

export const dollars = (sizes: Sizes): number => dollarsOf(usageOf(sizes));

function usageOf(sizes: Sizes): Usage {
  const { groups, children, waves, shards, batches, hybrid } = sizes;
  return {
    // Eight states around the waves, five of a wave, one of a group; of a child three for each look and five more.
    transitions: 8 + 5 * waves + groups + children * (5 + 3 * LOOKS),
    invocations: 3 + 2 * waves + groups + children * (2 + LOOKS),
    calls: callsOf(sizes) + children * LOOKS + 2 * groups,
    // An intent a batch, the notebook at each look, a result a shard, and what describes a group or a child.
    puts: batches + children * (LOOKS + 2) + 2 * shards + 2 * groups + waves + 10,
    gets: 2 * batches + children * (2 * LOOKS + 4) + 3 * shards + 3 * groups + 3 * waves + 10,
    hybrid,
  };
}

function looksUntil(seconds: number): number {
  let looks = 0;
  for (let at = 0; at < seconds; at += waitSeconds(at * 1000)) looks++;
  return looks;
}
