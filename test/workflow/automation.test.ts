/** Automation through the front door: an execution of a runbook in each account and Region. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Call } from '../../local/core/operation.ts';
import type { Fault } from '../../local/wire/faults.ts';
import { putAutomationRole, putRunbook } from './support/automation.ts';
import { makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const RESET: Fault = { kind: 'reset' };
const EC2 = [
  'ec2:DescribeInstances',
  'ec2:StartInstances',
  'ec2:StopInstances',
  'ec2:TerminateInstances',
];
const [FIRST, SECOND] = SPOKES;
const accounts = [FIRST, SECOND];
const automation = (runbook: string, more: object = {}) => ({
  action: { type: 'automation', runbook, ...more },
  targets: { accounts, regions: [...REGIONS] },
});
const SHARDS = accounts.flatMap((account) => REGIONS.map((region) => `${account}/${region}`));

describe('an automation', () => {
  let world: World;
  let faults: (call: Call, phase: 'before' | 'after') => Fault | undefined = () => undefined;
  beforeAll(async () => {
    world = await makeWorld({ faults: (call, phase) => faults(call, phase) });
    putAutomationRole(world, [...EC2, 'rds:StopDBInstance', 'rds:DescribeDBInstances']);
    putRunbook(
      world,
      'Own',
      [
        {
          name: 'look',
          action: 'aws:executeAwsApi',
          inputs: { Service: 'sts', Api: 'GetCallerIdentity' },
          outputs: [{ Name: 'Arn', Selector: '$.Arn', Type: 'String' }],
        },
      ],
      { outputs: ['look.Arn'] },
    );
  });
  afterAll(async () => {
    faults = () => undefined;
    await world.close();
  });
  const run = (id: string, input: object) => world.dispatch(id, request(input));
  const rowsOf = (id: string) =>
    world
      .rows(id)
      .toSorted((a, b) => `${a.account}/${a.region}`.localeCompare(`${b.account}/${b.region}`));
  const countsOf = (id: string) => world.report(id).counts;

  it('runs once in each account and Region, as the role, and tells its outputs and steps', async () => {
    const ended = await run('own', { ...automation('Own'), requester: 'jane.doe' });
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { matched: 4 } });
    const rows = rowsOf('own');
    expect(rows.map((r) => `${r.account}/${r.region}`)).toEqual(SHARDS);
    for (const row of rows) {
      expect(row).toMatchObject({
        node: 'automation',
        outcome: 'succeeded',
        status: 'Success',
        stdout: { source: 'execution', truncated: false },
        automation: { steps: [{ name: 'look', action: 'aws:executeAwsApi', status: 'Success' }] },
      });
      expect(row.commandId).toBeUndefined();
      expect(JSON.parse(row.stdout?.text ?? '')).toEqual({
        'look.Arn': [
          `arn:aws:sts::${row.account}:assumed-role/fleetwide-automation/Automation-${row.automation?.executionId}`,
        ],
      });
    }
    expect(world.plan('own').documents).toEqual([{ name: 'Own', version: '$DEFAULT' }]);
  });
});
