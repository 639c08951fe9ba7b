/** What a plan freezes beside the nodes: the action, and what the documents hold. */
import { createHash, type Hash } from 'node:crypto';
import type { Request } from '../../contract/request.ts';
import type { FrozenDocument, Node, Slice } from '../../contract/stored.ts';
import { documentsOf } from '../shared/action.ts';
import { variantsOf } from '../shared/overrides.ts';

/** Each document once for every content that it has in some shard; as asked for, anywhere, where there is no shard. */
export function distinct(
  frozen: Iterable<readonly FrozenDocument[]>,
  request: Request,
): FrozenDocument[] {
  const found = new Map<string, FrozenDocument>();
  for (const documents of frozen)
    for (const document of documents) found.set(stateOf(document), document);
  if (found.size === 0)
    for (const document of variantsOf(request).flatMap(documentsOf))
      found.set(stateOf(document), document);
  return [...found.values()];
}

export const stateOf = ({ name, version, hash = '' }: FrozenDocument): string =>
  `${name} version ${version} ${hash}`;

/** A row of an automation is the nodes that it is given. */
export const nodeName = ({ id, instances }: Node): string =>
  instances ? `${id}(${instances.join()})` : id;

/** What nodes are sent depends on, beside where they are. */
const sentBy = ({ action, variables, overrides }: Request) =>
  Object.keys(variables).length + Object.keys(overrides).length === 0
    ? action
    : { action, variables, overrides };

export interface Fingerprint {
  /** The slices of a wave come in their order; the waves may come mixed. */
  add(slice: Slice): void;
  /** SHA-256 over the action and all that was added. */
  done(): string;
}

export function fingerprint(request: Request): Fingerprint {
  const waves: Hash[] = [];
  return {
    add({ wave, shards }) {
      const hash = (waves[wave] ??= createHash('sha256'));
      for (const { account, region, nodes, documents = [] } of shards)
        hash.update(
          `${wave}/${account}/${region}/${nodes.map(nodeName).join()}/${documents.map(stateOf).join()}\n`,
        );
    },
    done() {
      const hash = createHash('sha256').update(JSON.stringify(sentBy(request)));
      for (const wave of waves) hash.update(`\n${wave.digest('hex')}`);
      return hash.digest('hex');
    },
  };
}
