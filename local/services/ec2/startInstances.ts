import type { StartInstancesRequest, StartInstancesResult } from '@aws-sdk/client-ec2';
import type { Operation } from '../../core/operation.ts';
import { type Change, changeAll } from './changeState.ts';
import type { Ec2Deps } from './index.ts';

const START: Change = {
  action: 'ec2:StartInstances',
  already: ['running', 'pending'],
  from: ['stopped'],
  meanwhile: 'pending',
  end: 'running',
  takesMs: 20_000,
};

export const startInstances =
  (deps: Ec2Deps): Operation<StartInstancesRequest, StartInstancesResult> =>
  async (call, input) => ({ StartingInstances: changeAll(deps, call, START, input) });
