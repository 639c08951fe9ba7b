/** AWS Resource Groups, as far as their members are listed. */
import type {
  ListGroupResourcesCommandOutput,
  ListGroupResourcesInput,
} from '@aws-sdk/client-resource-groups';
import { type Authorize, AwsError, type Operation, type Service } from '../../core/operation.ts';
import type { Fleet, Node } from '../../fleet/index.ts';
import { pageOf } from '../../core/pages.ts';

/** By tags, or by what a stack made (Resource Groups User Guide, "Resource groups and their types"). */
export interface ResourceGroup {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly members:
    | { readonly tags: Readonly<Record<string, readonly string[]>> }
    | { readonly stack: readonly { readonly type: string; readonly arn: string }[] };
}

export class ResourceGroups {
  readonly #groups = new Map<string, ResourceGroup>();

  put(group: ResourceGroup): void {
    this.#groups.set(arnOf(group), group);
  }

  find(arn: string): ResourceGroup | undefined {
    return this.#groups.get(arn);
  }
}

export interface ResourceGroupsDeps {
  readonly groups: ResourceGroups;
  readonly fleet: Pick<Fleet, 'nodes'>;
  readonly authorize: Authorize;
}

const arnOf = ({ account, region, name }: Pick<ResourceGroup, 'account' | 'region' | 'name'>) =>
  `arn:aws:resource-groups:${region}:${account}:group/${name}`;

/** API reference, ListGroupResources: 1 to 50 a page. */
const PAGE = 50;

/** What the service itself asks in the caller's name (API reference, "Minimum permissions"). */
const ASKED = {
  tags: ['tag:GetResources'],
  stack: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
} as const;

const listGroupResources =
  (
    deps: ResourceGroupsDeps,
  ): Operation<ListGroupResourcesInput, Omit<ListGroupResourcesCommandOutput, '$metadata'>> =>
  async (call, input) => {
    for (const [name, value] of Object.entries(input))
      if (value !== undefined && !['Group', 'MaxResults', 'NextToken'].includes(name))
        throw new AwsError(
          'BadRequestException',
          `The embedded AWS does not implement parameter ${name} of ListGroupResources`,
        );
    const { account } = call.caller;
    const { Group: asked = '', MaxResults = PAGE, NextToken } = input;
    const arn = asked.startsWith('arn:')
      ? asked
      : arnOf({ account, region: call.region, name: asked });
    deps.authorize(call, { action: 'resource-groups:ListGroupResources', resource: arn });
    const group = deps.groups.find(arn);
    if (!group) throw new AwsError('NotFoundException', `Cannot find group: ${asked}`, 404);
    const kind = 'tags' in group.members ? 'tags' : 'stack';
    for (const action of ASKED[kind])
      deps.authorize(call, {
        action,
        resource:
          kind === 'tags'
            ? '*'
            : `arn:aws:cloudformation:${call.region}:${account}:stack/${group.name}/1`,
      });
    const { items, next } = pageOf(membersOf(deps, group), MaxResults, NextToken);
    return {
      Resources: items.map(({ arn: ResourceArn, type: ResourceType }) => ({
        Identifier: { ResourceArn, ResourceType },
      })),
      QueryErrors: [],
      ...(next !== undefined && { NextToken: next }),
    };
  };

function membersOf({ fleet }: ResourceGroupsDeps, { account, region, members }: ResourceGroup) {
  if ('stack' in members) return members.stack;
  const carries = (node: Node) =>
    Object.entries(members.tags).every(([key, values]) => values.includes(node.tags[key] ?? ''));
  return fleet
    .nodes(account, region)
    .filter((node) => node.state !== 'terminated' && carries(node))
    .map((node) => memberOf(node));
}

export const memberOf = ({ id, account, region }: Pick<Node, 'id' | 'account' | 'region'>) =>
  id.startsWith('mi-')
    ? {
        type: 'AWS::SSM::ManagedInstance',
        arn: `arn:aws:ssm:${region}:${account}:managed-instance/${id}`,
      }
    : { type: 'AWS::EC2::Instance', arn: `arn:aws:ec2:${region}:${account}:instance/${id}` };

export const createResourceGroups = (deps: ResourceGroupsDeps): Service => ({
  id: 'resource-groups',
  operations: { ListGroupResources: listGroupResources(deps) },
});
