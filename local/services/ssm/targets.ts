/** Which nodes a SendCommand means, and whether its caller may send to them. */
import type { Target } from '@aws-sdk/client-ssm';
import { AwsError, type Call } from '../../core/operation.ts';
import type { Node } from '../../fleet/index.ts';
import { nodeArn } from './arn.ts';
import { placeOf, type SsmDeps } from './deps.ts';
import type { Recipient } from './engine.ts';
import { invalid, lengthWithin, matching, NODE_ID, required } from './validation.ts';

type Deps = Pick<SsmDeps, 'authorize' | 'fleet'>;

/** A checked target: a node must match one of the values of each. */
interface Rule {
  readonly key: string;
  readonly values: readonly string[];
  readonly matches: (node: Node) => boolean;
}

const TAG = 'tag:';

export function rulesOf(targets: readonly Target[]): readonly Rule[] {
  return targets.map(({ Key, Values = [] }) => {
    const key = required('targets.key', Key);
    lengthWithin('targets.values', Values, [1, 50]);
    if (key === 'InstanceIds') return idRule(Values);
    if (key === 'tag-key')
      return {
        key,
        values: Values,
        matches: ({ tags }) => Values.some((name) => Object.hasOwn(tags, name)),
      };
    if (!key.startsWith(TAG))
      throw invalid(`The embedded AWS does not implement the target key ${key} of ssm:SendCommand`);
    // The model allows 50 values, the user guide 5 for a tag: the smaller number is right in both.
    lengthWithin('targets.values', Values, [1, 5]);
    const tag = key.slice(TAG.length);
    return {
      key,
      values: Values,
      matches: ({ tags }) => Object.hasOwn(tags, tag) && Values.includes(tags[tag] ?? ''),
    };
  });
}

function idRule(values: readonly string[]): Rule {
  for (const id of values) matching('targets.values', id, NODE_ID);
  const ids = new Set(values);
  return { key: 'InstanceIds', values, matches: ({ id }) => ids.has(id) };
}

export const idsNamed = (rules: readonly Rule[]): readonly string[] =>
  rules.flatMap(({ key, values }) => (key === 'InstanceIds' ? values : []));

/** Node ids named in a call are checked at once: one that may not or cannot be sent to fails the call. */
export function checkNamed(deps: Deps, call: Call, ids: readonly string[]): void {
  const nodes = ids.map((id) => ownNode(deps, call, id));
  ids.forEach((id, i) => ask(deps, call, id, nodes[i]));
  // A node that is ConnectionLost is in a valid state: its command waits.
  const wrong = ids.filter((_, i) => !nodes[i]?.managed || nodes[i].state !== 'running');
  if (wrong.length > 0)
    throw new AwsError(
      'InvalidInstanceId',
      `Instances [[${wrong.join(', ')}]] not in a valid state for account ${call.caller.account}`,
    );
}

export function named(deps: Deps, call: Call, ids: readonly string[]): readonly Recipient[] {
  return ids.flatMap((id) => {
    const node = ownNode(deps, call, id);
    return node ? [{ node, denied: false }] : [];
  });
}

/** The nodes that match now. One that the caller may not send to is among them, and gets AccessDenied. */
export function targeted(deps: Deps, call: Call, rules: readonly Rule[]): readonly Recipient[] {
  const { account, region } = placeOf(call);
  return deps.fleet
    .nodes(account, region)
    .filter((node) => node.managed && node.state !== 'terminated')
    .filter((node) => rules.every(({ matches }) => matches(node)))
    .map((node) => ({ node, denied: isDenied(deps, call, node) }));
}

function ownNode({ fleet }: Deps, call: Call, id: string): Node | undefined {
  const node = fleet.find(id);
  const { account, region } = placeOf(call);
  return node?.account === account && node.region === region ? node : undefined;
}

function isDenied(deps: Deps, call: Call, node: Node): boolean {
  try {
    // The service asks for targets on the caller's behalf (user guide, "Setting up Run Command").
    ask(deps, call, node.id, node, { 'aws:ViaAWSService': ['true'] });
    return false;
  } catch (error) {
    if (error instanceof AwsError && error.name.startsWith('AccessDenied')) return true;
    throw error;
  }
}

function ask(
  { authorize }: Deps,
  call: Call,
  id: string,
  node: Node | undefined,
  more: Readonly<Record<string, readonly string[]>> = {},
): void {
  const tags = Object.entries(node?.tags ?? {}).flatMap(([key, value]) =>
    ['ssm:resourceTag', 'aws:ResourceTag'].map((prefix) => [`${prefix}/${key}`, [value]] as const),
  );
  const place = placeOf(call);
  authorize(call, {
    action: 'ssm:SendCommand',
    resource: nodeArn(place, id),
    context: { ...Object.fromEntries(tags), ...more },
  });
}
