import type { DescribeRegionsRequest, DescribeRegionsResult } from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../../core/operation.ts';
import type { Ec2Deps } from './index.ts';

const KNOWN = ['AllRegions', 'RegionNames'];

/** Without AllRegions: those that are enabled for the caller's account. */
export const describeRegions =
  ({ regions, authorize }: Ec2Deps): Operation<DescribeRegionsRequest, DescribeRegionsResult> =>
  async (call, input) => {
    authorize(call, { action: 'ec2:DescribeRegions', resource: '*' });
    for (const [name, value] of Object.entries(input))
      if (value !== undefined && !KNOWN.includes(name))
        throw new AwsError(
          'InvalidParameterCombination',
          `The embedded AWS does not implement parameter ${name} of ec2:DescribeRegions`,
        );
    const names = input.RegionNames ?? [];
    const shown = regions
      .all(call.caller.account)
      .filter(({ status }) => input.AllRegions === true || status !== 'not-opted-in')
      .filter(({ name }) => names.length === 0 || names.includes(name));
    return {
      Regions: shown.map(({ name, status }) => ({
        RegionName: name,
        OptInStatus: status,
        Endpoint: `ec2.${name}.amazonaws.com`,
      })),
    };
  };
