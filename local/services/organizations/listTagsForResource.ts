import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
} from '@aws-sdk/client-organizations';
import { AwsError, type Operation } from '../../core/operation.ts';
import { ask, organizationOf, type OrganizationsDeps } from './deps.ts';
import { pageOf } from './paging.ts';

/** Tags of accounts alone. */
export const listTagsForResource =
  (deps: OrganizationsDeps): Operation<ListTagsForResourceRequest, ListTagsForResourceResponse> =>
  async (call, input) => {
    const organization = organizationOf(deps, call);
    const { ResourceId = '' } = input;
    if (!/^\d{12}$/.test(ResourceId))
      throw new AwsError(
        'InvalidInputException',
        `The embedded AWS knows the tags of accounts alone, not those of ${ResourceId}`,
      );
    ask(deps, call, organization, ResourceId);
    const member = organization.member(ResourceId);
    if (!member)
      throw new AwsError(
        'TargetNotFoundException',
        "We can't find a root, OU, account, or policy with the TargetId that you specified.",
      );
    const tags = Object.entries(member.tags).map(([Key, Value]) => ({ Key, Value }));
    const { items, ...rest } = pageOf(call, { NextToken: input.NextToken }, ResourceId, tags);
    return { Tags: [...items], ...rest };
  };
