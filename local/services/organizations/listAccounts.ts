import type { ListAccountsRequest, ListAccountsResponse } from '@aws-sdk/client-organizations';
import type { Operation } from '../../core/operation.ts';
import { ask, organizationOf, type OrganizationsDeps } from './deps.ts';
import { pageOf } from './paging.ts';
import { showAccount } from './view.ts';

export const listAccounts =
  (deps: OrganizationsDeps): Operation<ListAccountsRequest, ListAccountsResponse> =>
  async (call, input) => {
    const organization = organizationOf(deps, call);
    ask(deps, call, organization);
    const { items, ...rest } = pageOf(call, input, '', organization.members());
    return { Accounts: items.map((member) => showAccount(organization, member)), ...rest };
  };
