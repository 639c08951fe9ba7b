import type {
  ListOrganizationalUnitsForParentRequest,
  ListOrganizationalUnitsForParentResponse,
} from '@aws-sdk/client-organizations';
import type { Operation } from '../../core/operation.ts';
import { ask, organizationOf, type OrganizationsDeps } from './deps.ts';
import { pageOf } from './paging.ts';
import { parentOf } from './parent.ts';
import { showUnit } from './view.ts';

/** The units right below it. */
export const listOrganizationalUnitsForParent =
  (
    deps: OrganizationsDeps,
  ): Operation<ListOrganizationalUnitsForParentRequest, ListOrganizationalUnitsForParentResponse> =>
  async (call, input) => {
    const organization = organizationOf(deps, call);
    const parent = parentOf(organization, input.ParentId, (id) =>
      ask(deps, call, organization, id),
    );
    const { items, ...rest } = pageOf(call, input, parent, organization.units(parent));
    return { OrganizationalUnits: items.map((unit) => showUnit(organization, unit)), ...rest };
  };
