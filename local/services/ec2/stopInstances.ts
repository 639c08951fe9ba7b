import type { StopInstancesRequest, StopInstancesResult } from '@aws-sdk/client-ec2';
import type { Operation } from '../../core/operation.ts';
import { type Change, changeAll } from './changeState.ts';
import type { Ec2Deps } from './index.ts';

const STOP: Change = {
  action: 'ec2:StopInstances',
  already: ['stopped', 'stopping'],
  from: ['running', 'pending'],
  meanwhile: 'stopping',
  end: 'stopped',
  takesMs: 30_000,
};

export const stopInstances =
  (deps: Ec2Deps): Operation<StopInstancesRequest, StopInstancesResult> =>
  async (call, input) => ({ StoppingInstances: changeAll(deps, call, STOP, input) });
