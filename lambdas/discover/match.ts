/** Which nodes of an account and Region a request means, whether they can be reached or not. */
import type { Request } from '../../contract/request.ts';
import type { Place } from '../shared/explorer.ts';
import type { ManagedNode, RunCommand } from '../shared/runCommand.ts';
import type { Instance } from '../shared/servers.ts';
import { tagTest } from '../shared/tags.ts';

/** A managed node, an EC2 instance, or both. */
export interface Candidate {
  readonly id: string;
  readonly managed?: ManagedNode;
  readonly instance?: Instance;
}

type Targets = Request['targets'];

/** A page of the API holds 50, and so does a filter on ids. */
const IDS_AT_ONCE = 50;

export async function match(
  place: Place,
  targets: Targets,
  ids = targets.instanceIds,
): Promise<Candidate[]> {
  if (ids) return byId(place, ids);
  if (targets.resourceGroup !== undefined)
    return byId(place, await place.members(targets.resourceGroup));
  if (targets.tags) return byTags(place, targets.tags);
  return merged(await place.run.nodes(), await place.servers.instances());
}

export async function byId({ run, servers }: Place, ids: readonly string[]): Promise<Candidate[]> {
  const managed = await nodesOf(run, ids);
  const known = new Set(managed.map((node) => node.InstanceId));
  const missing = ids.filter((id) => id.startsWith('i-') && !known.has(id));
  return merged(managed, await servers.instancesOf(missing));
}

async function nodesOf(run: RunCommand, ids: readonly string[]): Promise<ManagedNode[]> {
  const nodes: ManagedNode[] = [];
  for (let i = 0; i < ids.length; i += IDS_AT_ONCE) {
    const Values = ids.slice(i, i + IDS_AT_ONCE);
    nodes.push(...(await run.nodes({ Key: 'InstanceIds', Values })));
  }
  return nodes;
}

type Tags = NonNullable<Targets['tags']>;

async function byTags(place: Place, tags: Tags): Promise<Candidate[]> {
  const filters = Object.entries(tags).map(([key, Values]) => ({ Name: `tag:${key}`, Values }));
  const instances = await place.servers.instances(filters);
  const wild = Object.values(tags).some((values) => values.some((value) => /[*?\\]/.test(value)));
  const managed = wild
    ? await alike(place, tags, instances)
    : await carrying(place.run, Object.entries(tags));
  return merged(managed, instances);
}

/** The API takes a tag filter only by itself: keys are listed one by one and nodes must be in each list. */
async function carrying(
  run: RunCommand,
  tags: readonly (readonly [key: string, values: string[]])[],
): Promise<ManagedNode[]> {
  let matched: ManagedNode[] | undefined;
  for (const [key, Values] of tags) {
    const those = await run.nodes({ Key: `tag:${key}`, Values });
    const ids = new Set(those.map((node) => node.InstanceId));
    matched = matched ? matched.filter((node) => ids.has(node.InstanceId)) : those;
    if (matched.length === 0) break;
  }
  return matched ?? [];
}

/**
 * Systems Manager knows no wildcards, EC2 does: so instances are asked for by id, and of hybrid nodes, which
 * have their tags in Systems Manager alone, those are read that carry the first key.
 */
async function alike(
  { run, servers }: Place,
  tags: Tags,
  instances: readonly Instance[],
): Promise<ManagedNode[]> {
  const nodes = await nodesOf(
    run,
    instances.filter(isUp).map((instance) => instance.InstanceId),
  );
  const [first = ''] = Object.keys(tags);
  const test = tagTest(tags);
  for (const node of await run.nodes({ Key: 'tag-key', Values: [first] }))
    if (node.InstanceId.startsWith('mi-') && test(await servers.tags(node.InstanceId)))
      nodes.push(node);
  return nodes;
}

export const isUp = ({ State }: Instance): boolean =>
  State.Name === 'running' || State.Name === 'pending';

function merged(managed: readonly ManagedNode[], instances: readonly Instance[]): Candidate[] {
  const all = new Map<string, Candidate>();
  for (const instance of instances)
    all.set(instance.InstanceId, { id: instance.InstanceId, instance });
  for (const node of managed)
    all.set(node.InstanceId, { ...all.get(node.InstanceId), id: node.InstanceId, managed: node });
  return [...all.values()];
}
