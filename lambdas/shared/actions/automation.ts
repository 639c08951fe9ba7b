import { createHash } from 'node:crypto';
import { documentIn } from '../../../contract/documents.ts';
import { automationNode, roleArn } from '../../../contract/names.ts';
import type { InventoryNode, Node } from '../../../contract/stored.ts';
import { VALUES } from '../../../contract/actions/automation.ts';
import type { Starting } from '../automation.ts';
import { DEFAULT_VERSION, type Document, type Of } from './sending.ts';

export const runbookOf = ({ runbook, version }: Of<'automation'>): Document => ({
  name: runbook,
  version: version ?? DEFAULT_VERSION,
});

/** What stands for a shard: itself, or its nodes 50 by 50. A shard without such nodes is not matched. */
export function rowsFor(
  { nodesParameter }: Of<'automation'>,
  instances: readonly string[],
): InventoryNode[] {
  if (nodesParameter === undefined) return [{ id: automationNode(0) }];
  const sorted = instances.toSorted();
  const nodes: InventoryNode[] = [];
  for (let i = 0; i < sorted.length; i += VALUES)
    nodes.push({ id: automationNode(nodes.length), instances: sorted.slice(i, i + VALUES) });
  return nodes;
}

export interface RunbookPlace {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** `automationRole` of the configuration. */
  readonly role: string | undefined;
}

/** @param name under which the start is made: the same name is started once. */
export function startOf(
  action: Of<'automation'>,
  { instances }: Node,
  name: string,
  { partition, account, region, role }: RunbookPlace,
): Starting {
  const { name: runbook, version } = runbookOf(action);
  const { parameters, nodesParameter, roleParameter } = action;
  return {
    runbook: documentIn(runbook, region),
    version,
    parameters: {
      ...parameters,
      ...(nodesParameter && instances && { [nodesParameter]: instances }),
      ...(roleParameter && role && { [roleParameter]: [roleArn(partition, account, role)] }),
    },
    token: tokenOf(`${name}/${account}/${region}`),
  };
}

/** A UUID of version 8 (RFC 9562: of one's own making) out of the name. */
export function tokenOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}
