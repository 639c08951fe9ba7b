import { MOST_NODES } from '../../contract/events.ts';
import type { Job } from '../../contract/steps.ts';
import type { Row } from '../../contract/stored.ts';
import type { HubDeps } from '../shared/hub.ts';

/** One event for all nodes of the group that went wrong: where and how, not what they said. */
export async function tellFailed(
  { events }: Pick<HubDeps, 'events'>,
  { dispatch, wave, group }: Job,
  requester: string,
  /** The first of them. */
  failed: readonly Row[],
  count: number,
): Promise<void> {
  if (count === 0) return;
  await events.tell('NodeFailed', {
    dispatch,
    requester,
    wave: wave + 1,
    group,
    failed: count,
    nodes: failed
      .slice(0, MOST_NODES)
      .map(({ account, region, node, name, outcome, exitCode, reason }) => ({
        account,
        region,
        node,
        ...(name && { name }),
        outcome,
        ...(exitCode !== undefined && { exitCode }),
        ...(reason && { reason: reason.code }),
      })),
  });
}
