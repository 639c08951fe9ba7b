/** EC2, as far as its instances can be listed, started and stopped. */
import type { Clock } from '../../core/clock.ts';
import type { Authorize, Service } from '../../core/operation.ts';
import type { Fleet } from '../../fleet/index.ts';
import { describeInstances } from './describeInstances.ts';
import { describeInstanceStatus } from './describeInstanceStatus.ts';
import { rebootInstances } from './rebootInstances.ts';
import { startInstances } from './startInstances.ts';
import { stopInstances } from './stopInstances.ts';
import { terminateInstances } from './terminateInstances.ts';

export interface Ec2Deps {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly authorize: Authorize;
}

const operationsOf = (deps: Ec2Deps) => ({
  DescribeInstances: describeInstances(deps),
  DescribeInstanceStatus: describeInstanceStatus(deps),
  StartInstances: startInstances(deps),
  StopInstances: stopInstances(deps),
  RebootInstances: rebootInstances(deps),
  TerminateInstances: terminateInstances(deps),
});

export interface Ec2 extends Service {
  readonly operations: ReturnType<typeof operationsOf>;
}

export const createEc2 = (deps: Ec2Deps): Ec2 => ({ id: 'ec2', operations: operationsOf(deps) });
