import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
} from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { AwsError, type Operation } from '../../core/operation.ts';
import type { Node } from '../../fleet/index.ts';
import { placeOf, type SsmDeps } from './deps.ts';
import { nodeFilter } from './nodeFilters.ts';
import { showNode } from './nodeView.ts';
import { page, type Positioned } from './paging.ts';
import { numberWithin, onlyKnown } from './validation.ts';

const KNOWN = ['InstanceInformationFilterList', 'Filters', 'MaxResults', 'NextToken'];

export const describeInstanceInformation =
  ({
    clock,
    fleet,
    authorize,
  }: SsmDeps): Operation<DescribeInstanceInformationRequest, DescribeInstanceInformationResult> =>
  async (call, input) => {
    authorize(call, { action: 'ssm:DescribeInstanceInformation', resource: '*' });
    onlyKnown('DescribeInstanceInformation', input, KNOWN);
    const { InstanceInformationFilterList: legacy, Filters, MaxResults, NextToken } = input;
    numberWithin('maxResults', MaxResults, [5, 50]);
    const passes = nodeFilter(Filters, legacy);
    const { account, region } = placeOf(call);

    function* matching(after = -1): Iterable<Positioned<InstanceInformation, number>> {
      // Nodes are never removed from the list, so a place in it keeps its meaning.
      const nodes = fleet.nodes(account, region);
      for (let i = after + 1; i < nodes.length; i++) {
        const node = nodes[i];
        if (node && isShown(node) && passes(node)) yield [showNode(node, clock.now()), i];
      }
    }
    const { items, nextToken } = page(
      {
        size: MaxResults ?? 10,
        token: NextToken,
        query: ['DescribeInstanceInformation', account, region, Filters, legacy],
        badToken: () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
      },
      matching,
      z.number(),
    );
    return {
      InstanceInformationList: [...items],
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
  };

/** Stopped nodes are left out (service model). */
const isShown = ({ managed, state }: Node): boolean => managed && state === 'running';
