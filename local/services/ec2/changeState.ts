/** Starts, stops and ends instances; the fleet's nodes are what changes. */
import type { InstanceStateChange, InstanceStateName } from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../../core/operation.ts';
import type { Node, NodeState } from '../../fleet/index.ts';
import { nodeArn } from '../ssm/arn.ts';
import type { Ec2Deps } from './index.ts';
import { instanceOf } from './instances.ts';
import { STATE_CODES } from './reservation.ts';

export interface Change {
  readonly action: string;
  /** States in which it is done already, or on its way. */
  readonly already: readonly NodeState[];
  readonly from: readonly NodeState[];
  readonly meanwhile: NodeState;
  readonly end: NodeState;
  /** AWS gives no number. */
  readonly takesMs: number;
}

const KNOWN = ['InstanceIds', 'Force', 'DryRun'];

interface Input {
  readonly InstanceIds: string[] | undefined;
  readonly DryRun?: boolean | undefined;
}

/** The nodes the caller means and may change; all of them or none. */
export function meant(
  { fleet, authorize }: Ec2Deps,
  call: Call,
  action: string,
  input: Input,
): readonly Node[] {
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !KNOWN.includes(name))
      throw new AwsError(
        'InvalidParameterCombination',
        `The embedded AWS does not implement parameter ${name} of ${action}`,
      );
  const ids = input.InstanceIds ?? [];
  if (ids.length === 0)
    throw new AwsError('MissingParameter', 'The request must contain the parameter InstanceId');
  const nodes = [...new Set(ids)].map((id) => instanceOf(fleet, call, id));
  for (const node of nodes)
    authorize(call, {
      action,
      resource: nodeArn(node, node.id),
      context: Object.fromEntries(
        Object.entries(node.tags).flatMap(([key, value]) => [
          [`aws:ResourceTag/${key}`, [value]],
          [`ec2:ResourceTag/${key}`, [value]],
        ]),
      ),
    });
  if (input.DryRun)
    throw new AwsError(
      'DryRunOperation',
      'Request would have succeeded, but DryRun flag is set.',
      412,
    );
  return nodes;
}

export function changeAll(
  deps: Ec2Deps,
  call: Call,
  change: Change,
  input: Input,
): InstanceStateChange[] {
  const nodes = meant(deps, call, change.action, input);
  for (const { id, state } of nodes)
    if (![...change.already, ...change.from].includes(state))
      throw new AwsError(
        'IncorrectInstanceState',
        `The instance '${id}' is not in a state from which it can be ${change.end}.`,
      );
  return nodes.map((node) => {
    if (change.already.includes(node.state)) return shown(node.id, node.state, node.state);
    deps.fleet.update(node.id, { state: change.meanwhile });
    deps.clock.after(change.takesMs, () => {
      // Another call may have turned it round meanwhile.
      if (deps.fleet.find(node.id)?.state === change.meanwhile)
        deps.fleet.update(node.id, { state: change.end });
    });
    return shown(node.id, node.state, change.meanwhile);
  });
}

const shown = (id: string, before: NodeState, after: NodeState): InstanceStateChange => ({
  InstanceId: id,
  PreviousState: stateOf(before),
  CurrentState: stateOf(after),
});

export const stateOf = (state: NodeState): { Code: number; Name: InstanceStateName } => ({
  Code: STATE_CODES[state],
  Name: state,
});
