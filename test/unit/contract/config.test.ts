import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../contract/config.ts';
import { FleetwideError } from '../../../contract/errors.ts';

const BASE = {
  hub: { account: '111122223333', region: 'eu-west-1' },
  regions: ['eu-west-1', 'us-east-1'],
  externalId: 'an-external-id-for-tests',
};
const ORG = { organizationId: 'o-a1b2c3d4e5' };
const account = (n: number) => String(n).padStart(12, '0');
const accounts = (n: number) => Array.from({ length: n }, (_, i) => account(i));

/** Paths and messages of what is wrong, and for each what to do. */
function faults(over: object): string[] {
  try {
    parseConfig({ ...BASE, ...over });
    return [];
  } catch (error) {
    if (!(error instanceof FleetwideError)) throw error;
    if (error.name !== 'InvalidConfig' || error.problems.some(({ remedy }) => remedy === ''))
      throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('the configuration', () => {
  it('of before is still one, and everything else has a default', () => {
    expect(parseConfig(BASE)).toMatchObject({
      ...BASE,
      accounts: [],
      encryption: 'SSE-S3',
      keepBuckets: true,
      nodes: { credentials: 'instanceProfile', tags: {} },
    });
  });

  it('takes all that there is', () => {
    expect(
      faults({
        ...ORG,
        keepBuckets: false,
        nodes: { credentials: 'defaultHostManagement', tags: { Fleetwide: ['yes'] } },
        endpoints: { vpcs: [{ name: 'main', cidrs: 2 }], ec2messages: false, logs: true },
        onboarding: {
          callAs: 'SELF',
          account: '999988887777',
          organizationalUnits: [
            { id: 'ou-ab12-cd34ef56', regions: ['us-east-1'], endpoints: true },
            { id: 'r-ab12' },
          ],
          maxConcurrent: 5,
          tolerance: '0%',
        },
      }),
    ).toEqual([]);
  });

  it('tells all problems at once, those between fields as well', () => {
    expect(
      faults({
        regions: ['us-east-1', 'us-east-1x'],
        logRetentionDays: 2,
        encryption: 'SSE-C',
        colour: 'red',
        onboarding: { organizationalUnits: [{ id: 'ou-1', regions: [] }], tolerance: 'some' },
        nodes: { credentials: 'mine' },
      }).map((text) => text.split(':')[0]),
    ).toEqual([
      'regions[1]',
      'logRetentionDays',
      'encryption',
      'nodes.credentials',
      'onboarding.organizationalUnits[0].id',
      'onboarding.organizationalUnits[0].regions',
      'onboarding.tolerance',
      'colour',
    ]);
    // Another field's fault hides no disagreement of these two.
    expect(faults({ regions: ['us-east-1'], logRetentionDays: 2 })).toEqual([
      expect.stringContaining('logRetentionDays'),
      'regions: does not hold the home Region eu-west-1',
    ]);
  });

  it.each<[string, object]>([
    ['onboarding.accounts: stands beside', { onboarding: both() }],
    ['onboarding.organizationalUnits: missing', { onboarding: {} }],
    [
      'onboarding.maxConcurrent: is 0',
      { onboarding: { accounts: [account(1)], maxConcurrent: 0 } },
    ],
    ['organizationId: missing', { onboarding: units('ou-ab12-cd34ef56') }],
    [
      'onboarding.organizationalUnits[0].regions[0]: eu-north-1 is not dispatched to',
      { ...ORG, onboarding: units('ou-ab12-cd34ef56', { regions: ['eu-north-1'] }) },
    ],
    ['endpoints: missing', { ...ORG, onboarding: units('ou-ab12-cd34ef56', { endpoints: true }) }],
    ['accounts: stands beside organizationId', { ...ORG, accounts: [account(1)] }],
    ['accounts: names more than 150', { accounts: accounts(151) }],
    ['onboarding.accounts: together', { onboarding: { accounts: accounts(151) } }],
    ['onboarding.accounts: names one account twice', { onboarding: { accounts: ['1', '1'] } }],
    [
      'endpoints.vpcs: names a VPC twice',
      { endpoints: { vpcs: [{ name: 'a' }, { name: 'a', cidrs: 2 }] } },
    ],
    ['encryption: expected SSE-S3 or KMS', { encryption: 'SSE-KMS' }],
  ])('%s', (text, over) => {
    expect(faults(over)).toContainEqual(expect.stringContaining(text));
  });

  it('never shows an ExternalId', () => {
    const secret = 'too bad: a value with blanks';
    expect(() => parseConfig({ ...BASE, externalId: secret })).toThrow(/^(?!.*blanks)/s);
  });
});

function units(id: string, more = {}) {
  return { organizationalUnits: [{ id, ...more }] };
}
function both() {
  return { ...units('r-ab12'), accounts: [account(1)] };
}
