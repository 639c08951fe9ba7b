/** What every row says of its node, also where nothing else is known. */
import type { Batch, Node, Reason, Row } from '../../contract/stored.ts';
import type { HubDeps } from './hub.ts';

export type RowHeadDeps = Pick<HubDeps, 'store' | 'log' | 'now' | 'pause'>;

/** What all rows of a shard share. */
export interface Of {
  readonly dispatch: string;
  readonly wave: number;
  readonly account: string;
  readonly region: string;
}

/** A node of which SSM says nothing: what Send or Poll knew, else unknown. */
export const untold = (of: Of, batch: Batch, node: Node, reason: Reason | undefined): Row => ({
  ...head(of, batch, node),
  outcome: batch.commandId ? 'unknown' : (batch.outcome ?? 'unknown'),
  reason: reason ?? { code: 'noInvocation', message: 'Systems Manager shows no invocation for it' },
});

export const head = ({ account, region, wave }: Of, batch: Batch, node: Node) => ({
  account,
  region,
  wave,
  node: node.id,
  ...(node.name && { name: node.name }),
  ...(batch.commandId && idOf(batch, batch.commandId, node)),
});

const idOf = (
  { kind }: Batch,
  id: string,
  { instances }: Node,
): Pick<Row, 'commandId' | 'automation'> =>
  kind === 'automation'
    ? { automation: { executionId: id, ...(instances && { instances }), steps: [] } }
    : { commandId: id };
