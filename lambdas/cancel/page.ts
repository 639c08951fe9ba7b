/**
 * What may have been sent in a shard, out of three witnesses: the claims (which batches had an intent when
 * the dispatch was revoked), the child's notebook (which may be older, or missing), and the intents.
 */
import { FleetwideError } from '../../contract/errors.ts';
import type { Batch, Intent, Node, ProgressShard } from '../../contract/stored.ts';
import { RECALLED } from '../shared/recalled.ts';

/**
 * @param written the batches as the notebook has them, or, without one, as Send would cut them
 * @param claimed names of the batches that had an intent
 * @param nodes of the shard, by id
 */
export async function pageOf(
  written: ProgressShard,
  claimed: readonly string[],
  intent: (batch: string) => Promise<Intent>,
  nodes: ReadonlyMap<string, Node>,
): Promise<ProgressShard> {
  const batches: Batch[] = [];
  for (const batch of written.batches) {
    // One with an id and no claim is of a later life: it is not this recall's to end.
    if (batch.commandId && claimed.includes(batch.batch)) batches.push({ ...batch, state: 'sent' });
    else if (batch.state === 'refused') batches.push(batch);
    else if (claimed.includes(batch.batch))
      batches.push(unsure(batch, await intent(batch.batch), nodes));
    else batches.push(notSent(batch));
  }
  // A repeat that the notebook does not know yet. There is one only after the attempt before it certainly
  // ran nowhere, so its nodes are no longer that one's.
  for (const name of repeatsUnknownTo(written, claimed)) {
    const { kind, document } = repeated(written, name);
    const repeat = unsure({ kind, batch: name, document, nodes: [] }, await intent(name), nodes);
    const moved = new Set(repeat.nodes.map((n) => n.id));
    for (const batch of batches) batch.nodes = batch.nodes.filter((n) => !moved.has(n.id));
    batches.push(repeat);
  }
  return { ...written, batches: batches.filter((b) => b.nodes.length > 0) };
}

const notSent = ({ commandId: _later, ...batch }: Batch): Batch => ({
  ...batch,
  state: 'refused',
  outcome: 'skipped',
  reason: RECALLED,
});

/** In their order. An attempt before one that the notebook knows is over: the notebook says so. */
function repeatsUnknownTo(written: ProgressShard, claimed: readonly string[]): string[] {
  const known = new Map<number, number>();
  for (const { batch } of written.batches) {
    const { number, repeat } = attempt(batch);
    known.set(number, Math.max(repeat, known.get(number) ?? 0));
  }
  return claimed
    .filter((name) => attempt(name).repeat > (known.get(attempt(name).number) ?? -1))
    .toSorted((a, b) => attempt(a).repeat - attempt(b).repeat);
}

/** The batch that a repeat is one of: it runs the same document. */
function repeated(written: ProgressShard, name: string): Pick<Batch, 'kind' | 'document'> {
  const same = ({ batch }: Batch) => attempt(batch).number === attempt(name).number;
  const found = written.batches.find(same);
  if (found) return found;
  const { account, region } = written;
  throw new FleetwideError(
    'StoredObjectInvalid',
    `intent ${name} in ${account}/${region} repeats no batch of the plan`,
  );
}

/** `3r2`: the second repeat of batch 3. */
function attempt(name: string): { number: number; repeat: number } {
  const [number, repeat = '0'] = name.split('r');
  return { number: Number(number), repeat: Number(repeat) };
}

/** Claimed, and nobody noted what came of it. */
const unsure = (
  { kind, batch, document, nodes: known }: Pick<Batch, 'kind' | 'batch' | 'document' | 'nodes'>,
  intent: Intent,
  nodes: ReadonlyMap<string, Node>,
): Batch => ({
  ...(kind && { kind }),
  batch,
  document,
  nodes: known.length > 0 ? known : intent.nodes.map((id) => nodes.get(id) ?? { id }),
  since: intent.writtenAt,
  // What was held back is claimed as well, so that nobody sends it later.
  ...(intent.held ? { state: 'refused', ...intent.held } : { state: 'unsure' }),
});
