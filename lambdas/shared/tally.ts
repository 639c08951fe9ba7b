import type { InventoryNode } from '../../contract/stored.ts';

/** How many nodes are skipped, by the reason's code. */
export function tally(nodes: Iterable<InventoryNode>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { skipped } of nodes)
    if (skipped) counts[skipped.code] = (counts[skipped.code] ?? 0) + 1;
  return counts;
}
