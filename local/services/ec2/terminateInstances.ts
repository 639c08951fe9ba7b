import type { TerminateInstancesRequest, TerminateInstancesResult } from '@aws-sdk/client-ec2';
import type { Operation } from '../../core/operation.ts';
import { type Change, changeAll } from './changeState.ts';
import type { Ec2Deps } from './index.ts';

const TERMINATE: Change = {
  action: 'ec2:TerminateInstances',
  already: ['terminated'],
  from: ['running', 'pending', 'stopping', 'stopped'],
  // EC2 has shutting-down in between; the nodes here are off in either.
  meanwhile: 'stopping',
  end: 'terminated',
  takesMs: 30_000,
};

export const terminateInstances =
  (deps: Ec2Deps): Operation<TerminateInstancesRequest, TerminateInstancesResult> =>
  async (call, input) => ({ TerminatingInstances: changeAll(deps, call, TERMINATE, input) });
