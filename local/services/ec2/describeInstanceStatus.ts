import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
} from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../../core/operation.ts';
import { isHybrid } from '../../fleet/index.ts';
import { stateOf } from './changeState.ts';
import type { Ec2Deps } from './index.ts';
import { instanceOf } from './instances.ts';

const KNOWN = ['InstanceIds', 'IncludeAllInstances'];

/** One page; a node that runs is `ok`. */
export const describeInstanceStatus =
  ({
    fleet,
    authorize,
  }: Ec2Deps): Operation<DescribeInstanceStatusRequest, DescribeInstanceStatusResult> =>
  async (call, input) => {
    authorize(call, { action: 'ec2:DescribeInstanceStatus', resource: '*' });
    for (const [name, value] of Object.entries(input))
      if (value !== undefined && !KNOWN.includes(name))
        throw new AwsError(
          'InvalidParameterCombination',
          `The embedded AWS does not implement parameter ${name} of ec2:DescribeInstanceStatus`,
        );
    const { InstanceIds = [], IncludeAllInstances = false } = input;
    const nodes =
      InstanceIds.length > 0
        ? InstanceIds.map((id) => instanceOf(fleet, call, id))
        : fleet.nodes(call.caller.account, call.region).filter(({ id }) => !isHybrid(id));
    return {
      InstanceStatuses: nodes
        .filter(({ state }) => IncludeAllInstances || state === 'running')
        .map(({ id, state }) => {
          const Status = state === 'running' ? ('ok' as const) : ('not-applicable' as const);
          return {
            InstanceId: id,
            InstanceState: stateOf(state),
            InstanceStatus: { Status },
            SystemStatus: { Status },
          };
        }),
    };
  };
