/** What an automation is about in a shard: the shard itself, or the instances that its runbook is given. */
import type { Request } from '../../contract/request.ts';
import type { InventoryNode } from '../../contract/stored.ts';
import { rowsFor } from '../shared/actions/automation.ts';
import type { Of } from '../shared/actions/sending.ts';
import { barredBy } from './barred.ts';
import type { NodeTags } from '../shared/environment.ts';
import type { Instance, Instances } from '../shared/instances.ts';

export const LIST_INSTANCES = 'ec2:DescribeInstances';

interface Meant extends Pick<Request['targets'], 'instanceIds' | 'tags'> {
  /** Ids out of a former dispatch, or of a resource group. */
  readonly former?: readonly string[] | undefined;
}

/**
 * EC2 is asked, not Systems Manager, which does not know a stopped instance: a runbook may be there to start it.
 * Without nodes nothing is asked: that the shard can be entered is known by then.
 */
export async function lookForRunbook(
  known: Instances,
  action: Of<'automation'>,
  { instanceIds, tags, former }: Meant,
  required: NodeTags,
): Promise<InventoryNode[]> {
  if (action.nodesParameter === undefined) return rowsFor(action, []);
  const instances = await known.list({ instanceIds: former ?? instanceIds, tags });
  const skipped = instances.flatMap((instance) => {
    const lacking = Object.entries(required).find(
      ([key, values]) => !carries(instance, key, values),
    );
    return lacking ? [{ id: instance.InstanceId, skipped: barredBy(...lacking) }] : [];
  });
  const barred = new Set(skipped.map(({ id }) => id));
  const ids = instances.map((instance) => instance.InstanceId).filter((id) => !barred.has(id));
  return [...rowsFor(action, ids), ...skipped];
}

const carries = ({ Tags }: Instance, key: string, values: readonly string[]): boolean =>
  Tags.some((tag) => tag.Key === key && values.includes(tag.Value));
