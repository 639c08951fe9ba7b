import type {
  ListAccountsForParentRequest,
  ListAccountsForParentResponse,
} from '@aws-sdk/client-organizations';
import type { Operation } from '../../core/operation.ts';
import { ask, organizationOf, type OrganizationsDeps } from './deps.ts';
import { pageOf } from './paging.ts';
import { parentOf } from './parent.ts';
import { showAccount } from './view.ts';

/** The accounts right in it, not those of the units below. */
export const listAccountsForParent =
  (
    deps: OrganizationsDeps,
  ): Operation<ListAccountsForParentRequest, ListAccountsForParentResponse> =>
  async (call, input) => {
    const organization = organizationOf(deps, call);
    const parent = parentOf(organization, input.ParentId, (id) =>
      ask(deps, call, organization, id),
    );
    const { items, ...rest } = pageOf(call, input, parent, organization.members(parent));
    return { Accounts: items.map((member) => showAccount(organization, member)), ...rest };
  };
