import type { DescribeRegionsRequest, DescribeRegionsResult } from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../../core/operation.ts';
import type { Ec2Deps } from './index.ts';

/** Regions exist by being named, so they must be. */
export const describeRegions =
  ({
    authorize,
    optedOut = () => false,
  }: Ec2Deps): Operation<DescribeRegionsRequest, DescribeRegionsResult> =>
  async (call, input) => {
    const { RegionNames = [], AllRegions = false, ...others } = input;
    for (const [name, value] of Object.entries(others))
      if (value !== undefined)
        throw new AwsError(
          'InvalidParameterCombination',
          `The embedded AWS does not implement parameter ${name} of ec2:DescribeRegions`,
        );
    if (RegionNames.length === 0)
      throw new AwsError(
        'InvalidParameterCombination',
        'The embedded AWS lists Regions by name alone: give RegionNames',
      );
    authorize(call, { action: 'ec2:DescribeRegions', resource: '*' });
    const regions = RegionNames.map((RegionName) => ({
      RegionName,
      Endpoint: `ec2.${RegionName}.amazonaws.com`,
      OptInStatus: optedOut(call.caller.account, RegionName) ? 'not-opted-in' : 'opted-in',
    }));
    // Without AllRegions only those that are enabled are listed.
    return {
      Regions: regions.filter(({ OptInStatus }) => AllRegions || OptInStatus === 'opted-in'),
    };
  };
