import type { DescribeInstancesRequest, DescribeInstancesResult } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { AwsError, type Call, type Operation } from '../../core/operation.ts';
import { type Fleet, isHybrid, type Node } from '../../fleet/index.ts';
import { page, type Positioned } from '../ssm/paging.ts';
import { instanceFilter } from './filters.ts';
import type { Ec2Deps } from './index.ts';
import { instanceOf } from './instances.ts';
import { showReservation } from './reservation.ts';

const KNOWN = ['InstanceIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun'];
const SIZES = { least: 5, most: 1000 };

export const describeInstances =
  ({ fleet, authorize }: Ec2Deps): Operation<DescribeInstancesRequest, DescribeInstancesResult> =>
  async (call, input) => {
    authorize(call, { action: 'ec2:DescribeInstances', resource: '*' });
    const size = checkShape(input);
    const passes = instanceFilter(input.Filters ?? []);
    const nodes = instancesOf(fleet, call, input.InstanceIds ?? []);

    function* matching(after = -1): Iterable<Positioned<Node, number>> {
      // Instances are never removed from the list, so a place in it keeps its meaning.
      for (let i = after + 1; i < nodes.length; i++) {
        const node = nodes[i];
        if (node && !isHybrid(node.id) && passes(node)) yield [node, i];
      }
    }
    const { items, nextToken } = page(
      {
        size,
        token: input.NextToken,
        query: ['DescribeInstances', call.caller.account, call.region, input.Filters],
        badToken: () => new AwsError('InvalidParameterValue', 'Unable to parse pagination token'),
      },
      matching,
      z.number(),
    );
    return {
      Reservations: items.map(showReservation),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
  };

/** Returns how many instances a page holds. */
function checkShape(input: DescribeInstancesRequest): number {
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !KNOWN.includes(name))
      throw new AwsError(
        'InvalidParameterCombination',
        `The embedded AWS does not implement parameter ${name} of ec2:DescribeInstances`,
      );
  if (input.DryRun)
    throw new AwsError(
      'DryRunOperation',
      'Request would have succeeded, but DryRun flag is set.',
      412,
    );
  const { MaxResults, InstanceIds = [] } = input;
  if (MaxResults === undefined) return Number.POSITIVE_INFINITY;
  if (InstanceIds.length > 0)
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  if (MaxResults < SIZES.least || MaxResults > SIZES.most)
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value between ${SIZES.least} and ${SIZES.most}.`,
    );
  return MaxResults;
}

function instancesOf(fleet: Fleet, call: Call, ids: readonly string[]): readonly Node[] {
  if (ids.length === 0) return fleet.nodes(call.caller.account, call.region);
  return [...new Set(ids)].map((id) => instanceOf(fleet, call, id));
}
