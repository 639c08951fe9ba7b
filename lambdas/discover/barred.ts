import type { InventoryNode, Reason } from '../../contract/stored.ts';
import type { NodeTags } from '../shared/environment.ts';
import type { RunCommand } from '../shared/runCommand.ts';

/**
 * Nodes without the tags that the spoke's dispatch role asks for are skipped here by name: sent to, one of
 * them would have Systems Manager refuse the whole call for 50.
 */
export async function skipBarred(
  run: RunCommand,
  nodes: readonly InventoryNode[],
  tags: NodeTags,
): Promise<InventoryNode[]> {
  let left = [...nodes];
  for (const [key, Values] of Object.entries(tags)) {
    if (left.every((node) => node.skipped)) break;
    const carrying = new Set(
      (await run.nodes({ Key: `tag:${key}`, Values })).map((node) => node.InstanceId),
    );
    left = left.map((node) =>
      node.skipped || carrying.has(node.id) ? node : { ...node, skipped: barredBy(key, Values) },
    );
  }
  return left;
}

export const barredBy = (key: string, values: readonly string[]): Reason => ({
  code: 'barred',
  message: `does not carry the tag ${key} (${values.join(' or ')}) that this installation asks of a node`,
});
