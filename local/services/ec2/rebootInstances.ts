import type { RebootInstancesRequest } from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../../core/operation.ts';
import { meant } from './changeState.ts';
import type { Ec2Deps } from './index.ts';

/** An agent is back about as soon as after exit code 194. */
const TAKES_MS = 20_000;

/** What runs on the node is killed; to EC2 it stays `running`, to Systems Manager it is silent for a while. */
export const rebootInstances =
  (deps: Ec2Deps): Operation<RebootInstancesRequest, object> =>
  async (call, input) => {
    const nodes = meant(deps, call, 'ec2:RebootInstances', input);
    const off = nodes.find(({ state }) => state !== 'running');
    if (off)
      throw new AwsError('IncorrectInstanceState', `The instance '${off.id}' is ${off.state}.`);
    for (const { id } of nodes) {
      deps.fleet.update(id, { state: 'stopping' });
      deps.fleet.update(id, { state: 'running', responsive: false });
      deps.clock.after(TAKES_MS, () => deps.fleet.update(id, { responsive: true }));
    }
    return {};
  };
