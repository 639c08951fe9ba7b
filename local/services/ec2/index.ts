/** EC2, as far as its instances can be listed. */
import type { Authorize, Service } from '../../core/operation.ts';
import type { Fleet } from '../../fleet/index.ts';
import { describeInstances } from './describeInstances.ts';
import { describeRegions } from './describeRegions.ts';

export interface Ec2Deps {
  readonly fleet: Fleet;
  readonly authorize: Authorize;
  /** Regions that an account has not opted in to; default: none. */
  readonly optedOut?: (account: string, region: string) => boolean;
}

const operationsOf = (deps: Ec2Deps) => ({
  DescribeInstances: describeInstances(deps),
  DescribeRegions: describeRegions(deps),
});

export interface Ec2 extends Service {
  readonly operations: ReturnType<typeof operationsOf>;
}

export const createEc2 = (deps: Ec2Deps): Ec2 => ({ id: 'ec2', operations: operationsOf(deps) });
