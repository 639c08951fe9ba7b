import type { Service } from '../../core/operation.ts';
import { assumeRole, type StsDeps } from './assumeRole.ts';
import { getCallerIdentity } from './getCallerIdentity.ts';

export const stsService = (deps: StsDeps): Service => ({
  id: 'sts',
  operations: { AssumeRole: assumeRole(deps), GetCallerIdentity: getCallerIdentity },
});
