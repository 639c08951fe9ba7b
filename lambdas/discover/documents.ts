import { documentIn } from '../../contract/documents.ts';
import type { Request } from '../../contract/request.ts';
import type { FrozenDocument, InventoryNode } from '../../contract/stored.ts';
import { documentsOf } from '../shared/action.ts';
import { reasonOf } from '../shared/reasons.ts';
import type { RunCommand } from '../shared/runCommand.ts';

/**
 * What the request's documents hold in this shard, so that what was planned is what runs. One that cannot be
 * read is told as such: Send finds out what is wrong with it, and no plan with it can be run.
 */
export async function documentsIn(
  run: RunCommand,
  region: string,
  request: Request,
  nodes: readonly InventoryNode[],
): Promise<FrozenDocument[]> {
  // Where nothing can be sent, nothing is to be frozen; a start of Automation takes no hash to hold it to.
  if (request.action.type === 'automation' || nodes.every((node) => node.skipped)) return [];
  return Promise.all(
    documentsOf(request).map(async ({ name, version, hash }): Promise<FrozenDocument> => {
      try {
        return { name, ...(await run.document(documentIn(name, region), version)) };
      } catch (error) {
        const unread = reasonOf(error, 'ssm:DescribeDocument');
        return { name, version, ...(hash && { hash }), unread };
      }
    }),
  );
}
