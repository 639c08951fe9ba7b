/** What a plan freezes beside the nodes: the script, and what the documents hold. */
import { createHash } from 'node:crypto';
import type { Request } from '../../contract/request.ts';
import type { FrozenDocument, Plan, Slice } from '../../contract/stored.ts';
import { artifactOf, documentsOf, sha256 } from '../shared/action.ts';

export function scriptOf({ action }: Request): Pick<Plan, 'artifact'> {
  if (action.type !== 'script') return {};
  const staged = artifactOf(action);
  return { artifact: { sha256: sha256(action.text), ...(staged && { key: staged.key }) } };
}

/** Each document once for every content that it has in some shard; as asked for where there is no shard. */
export function distinct(slices: readonly Slice[], request: Request): FrozenDocument[] {
  const found = new Map<string, FrozenDocument>();
  for (const { documents = [] } of slices.flatMap((slice) => slice.shards))
    for (const document of documents) found.set(contentOf(document), document);
  return found.size > 0 ? [...found.values()] : documentsOf(request);
}

export const contentOf = ({ name, version, hash = '' }: FrozenDocument): string =>
  `${name} version ${version} ${hash}`;

export function fingerprint(request: Request, slices: readonly Slice[]): string {
  const hash = createHash('sha256').update(JSON.stringify(request.action));
  for (const slice of slices)
    for (const { account, region, nodes, documents = [] } of slice.shards)
      hash.update(
        `${slice.wave}/${account}/${region}/${nodes.map((n) => n.id).join()}/${documents.map(contentOf).join()}\n`,
      );
  return hash.digest('hex');
}
