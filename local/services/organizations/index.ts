/** AWS Organizations, as far as it is read. */
import type { Operation, Service } from '../../core/operation.ts';
import type { OrganizationsDeps } from './deps.ts';
import { listAccounts } from './listAccounts.ts';
import { listAccountsForParent } from './listAccountsForParent.ts';
import { listOrganizationalUnitsForParent } from './listOrganizationalUnitsForParent.ts';
import { listRoots } from './listRoots.ts';
import { listTagsForResource } from './listTagsForResource.ts';
import { throttle } from './throttle.ts';

export { type Organization, Organizations, type OrganizationSpec } from './store.ts';

export function createOrganizations(deps: OrganizationsDeps): Service {
  const admit = throttle(deps.wallClock);
  const guarded =
    <I, O>(operation: Operation<I, O>): Operation<I, O> =>
    async (call, input) => {
      admit(call);
      return operation(call, input);
    };
  return {
    id: 'organizations',
    operations: {
      ListAccounts: guarded(listAccounts(deps)),
      ListAccountsForParent: guarded(listAccountsForParent(deps)),
      ListOrganizationalUnitsForParent: guarded(listOrganizationalUnitsForParent(deps)),
      ListRoots: guarded(listRoots(deps)),
      ListTagsForResource: guarded(listTagsForResource(deps)),
    },
  };
}
