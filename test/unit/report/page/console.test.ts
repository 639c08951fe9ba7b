import { describe, expect, it } from '@jest/globals';
import { executionUrl, homeOf, objectUri, objectUrl } from '../../../../report/page/console.ts';

const home = (partition: string, region: string) =>
  homeOf(
    `arn:${partition}:states:${region}:111122223333:execution:fleetwide-dispatch:d`,
    'results',
  );

describe('links to the console', () => {
  it.each([
    ['aws', 'eu-west-1', 'https://eu-west-1.console.aws.amazon.com/'],
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
    ['aws-us-gov', 'us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
  ])('go to the console of the partition %s', (partition, region, at) => {
    expect(objectUrl(home(partition, region), 'dispatches/d/report.csv')).toBe(
      `${at}s3/object/results?region=${region}&prefix=dispatches/d/report.csv`,
    );
    expect(executionUrl(home(partition, region), 'arn:x')).toBe(
      `${at}states/home?region=${region}#/v2/executions/details/arn%3Ax`,
    );
  });

  it('are none where the console is not known; the address of the object is told all the same', () => {
    for (const partition of ['aws-iso', 'constructor', ''])
      expect(objectUrl(home(partition, 'r'), 'k')).toBeUndefined();
    expect(objectUri(home('aws-iso', 'r'), 'k')).toBe('s3://results/k');
  });

  it('keep what is special in a key', () => {
    expect(objectUrl(home('aws', 'r'), 'a/b c&d#e?f')).toMatch(/prefix=a\/b%20c%26d%23e%3Ff$/);
  });
});
