/** A dispatch like any other, of a script that does nothing, through the exchange bucket. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Hub } from '../hub.ts';
import { rowsOf } from '../rows.ts';
import type { Row } from './remedies.ts';

export interface Candidate {
  readonly account: string;
  readonly region: string;
  readonly node: string;
}

const MS_BETWEEN_LOOKS = 500;

export async function probe(
  hub: Hub,
  id: string,
  candidates: readonly Candidate[],
): Promise<readonly Row[]> {
  if (candidates.length === 0) return [];
  await hub.start(id, {
    action: { type: 'script', text: 'exit 0\n', delivery: 's3' },
    targets: {
      accounts: [...new Set(candidates.map(({ account }) => account))],
      regions: [...new Set(candidates.map(({ region }) => region))],
      instanceIds: candidates.map(({ node }) => node),
    },
    requester: hub.caller,
    timeouts: { deliverySeconds: 300, executionSeconds: 60 },
  });
  while ((await hub.execution(id)).status === 'RUNNING') await pause(MS_BETWEEN_LOOKS);
  const rows = await rowsOf(hub, id);
  return candidates.map(({ account, region, node }): Row => {
    const row = { account, region, check: 'probe' } as const;
    const found = rows.find((each) => each.node === node);
    if (found?.outcome === 'succeeded')
      return { ...row, state: 'ok', found: `${node} fetched a script from S3 and ran it` };
    return {
      ...row,
      state: 'broken',
      found: `${node} ended ${found?.outcome ?? 'without a result'} (dispatch ${id})`,
      remedy: `Read what it said (fleetwide logs ${id}); it needs the role fleetwide-node and a way to the exchange bucket`,
    };
  });
}
