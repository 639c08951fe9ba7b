import type { ListTagsForResourceRequest, ListTagsForResourceResult } from '@aws-sdk/client-ssm';
import { AwsError, type Operation } from '../../core/operation.ts';
import { isHybrid } from '../../fleet/index.ts';
import { placeOf, type SsmDeps } from './deps.ts';
import { onlyKnown, oneOf, required } from './validation.ts';

/** Tags of hybrid nodes alone: those of instances are EC2's. */
export const listTagsForResource =
  ({
    fleet,
    authorize,
  }: SsmDeps): Operation<ListTagsForResourceRequest, ListTagsForResourceResult> =>
  async (call, input) => {
    onlyKnown('ListTagsForResource', input, ['ResourceType', 'ResourceId']);
    oneOf('resourceType', required('resourceType', input.ResourceType), ['ManagedInstance']);
    const id = required('resourceId', input.ResourceId);
    const { account, region } = placeOf(call);
    authorize(call, {
      action: 'ssm:ListTagsForResource',
      resource: `arn:aws:ssm:${region}:${account}:managed-instance/${id}`,
    });
    const node = fleet.find(id);
    if (!node || !isHybrid(id) || node.account !== account || node.region !== region)
      throw new AwsError('InvalidResourceId', `${id} is no managed instance`);
    return { TagList: Object.entries(node.tags).map(([Key, Value]) => ({ Key, Value })) };
  };
