/** EC2, as far as its instances can be listed. */
import type { Authorize, Service } from '../../core/operation.ts';
import type { Fleet } from '../../fleet/index.ts';
import { describeInstances } from './describeInstances.ts';

export interface Ec2Deps {
  readonly fleet: Fleet;
  readonly authorize: Authorize;
}

const operationsOf = (deps: Ec2Deps) => ({ DescribeInstances: describeInstances(deps) });

export interface Ec2 extends Service {
  readonly operations: ReturnType<typeof operationsOf>;
}

export const createEc2 = (deps: Ec2Deps): Ec2 => ({ id: 'ec2', operations: operationsOf(deps) });
