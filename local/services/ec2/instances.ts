import { AwsError, type Call } from '../../core/operation.ts';
import type { Fleet, Node } from '../../fleet/index.ts';

/** An instance of the caller's account and Region. */
export function instanceOf(fleet: Fleet, call: Call, id: string): Node {
  if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
    throw new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
  const node = fleet.find(id);
  if (node?.account !== call.caller.account || node.region !== call.region)
    throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
  return node;
}
