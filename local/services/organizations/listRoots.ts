import type { ListRootsRequest, ListRootsResponse } from '@aws-sdk/client-organizations';
import type { Operation } from '../../core/operation.ts';
import { ask, organizationOf, type OrganizationsDeps } from './deps.ts';
import { pageOf } from './paging.ts';

export const listRoots =
  (deps: OrganizationsDeps): Operation<ListRootsRequest, ListRootsResponse> =>
  async (call, input) => {
    const organization = organizationOf(deps, call);
    ask(deps, call, organization);
    const { id, management, root } = organization;
    const { items, ...rest } = pageOf(call, input, '', [root]);
    return {
      Roots: items.map((each) => ({
        Id: each,
        Arn: `arn:aws:organizations::${management}:root/${id}/${each}`,
        Name: 'Root',
        PolicyTypes: [],
      })),
      ...rest,
    };
  };
