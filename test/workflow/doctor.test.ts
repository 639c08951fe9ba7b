/** `fleetwide doctor` with each fault planted: what it finds, and what it says helps. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { DISPATCH_ROLE } from '../../contract/names.ts';
import { cliOf } from './support/cli.ts';
import { changeTrust, roleOf } from './support/mutations.ts';
import { HUB, makeWorld, REGIONS, SPOKES, type World } from './support/world.ts';

const [GOOD, OTHER_ID, OTHER_HUB] = SPOKES;
const MISSING = '555566667777';
const BARRED = '666677778888';
const STALE = '777788889999';
const [HOME, ABROAD] = REGIONS;
const ADMIN = 'OrganizationAccountAccessRole';

const SCP = 'with an explicit deny in a service control policy';
const Rows = z.array(
  z.object({
    account: z.string(),
    region: z.string().optional(),
    check: z.string(),
    state: z.string(),
    found: z.string(),
    remedy: z.string().optional(),
  }),
);

let world: World;
beforeAll(async () => {
  world = await makeWorld({
    spokes: [...SPOKES, BARRED, STALE],
    optedOut: (account, region) => account === GOOD && region === ABROAD,
    faults: ({ caller, operation }) =>
      caller.account === BARRED && operation === 'DescribeInstanceInformation'
        ? {
            kind: 'error',
            name: 'AccessDeniedException',
            message: `User: ${caller.arn} is not authorized to perform: ssm:${operation} on resource: * ${SCP}`,
            status: 400,
          }
        : undefined,
  });
  const content = {
    schemaVersion: '2.2',
    mainSteps: [{ action: 'aws:runShellScript', name: 'a', inputs: { runCommand: ['true'] } }],
  };
  for (const account of [...SPOKES, BARRED, STALE])
    for (const region of REGIONS)
      world.aws.documents.put({ account, region, name: 'Deploy-App', content });
  for (const region of REGIONS)
    world.aws.documents.put({
      account: '999988887777',
      region,
      name: 'Shared',
      content,
      sharedWith: [GOOD, BARRED, STALE],
    });
  const spoke = (account: string) => roleOf(world, account, DISPATCH_ROLE);
  changeTrust(world, spoke(OTHER_ID), (statement) => ({
    ...statement,
    ...(statement.Sid === 'Enter' && {
      Condition: {
        ...statement.Condition,
        StringEquals: { 'sts:ExternalId': 'some-other-id-0001' },
      },
    }),
  }));
  changeTrust(world, spoke(OTHER_HUB), (statement) => ({
    ...statement,
    Principal: { AWS: 'arn:aws:iam::999988887777:root' },
  }));
  // A spoke of before: its dispatch role cannot yet look at servers.
  const stale = spoke(STALE);
  for (const [name, document] of stale.inline)
    world.aws.iam.putInlinePolicy(stale.arn, name, {
      ...document,
      Statement: [document.Statement].flat().filter(({ Sid }) => Sid !== 'LookAround'),
    });
  for (const account of [OTHER_ID, OTHER_HUB, MISSING])
    world.aws.iam.putRole({
      account,
      name: ADMIN,
      trust: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: `arn:aws:iam::${HUB}:root` },
          },
        ],
      },
      inline: {
        look: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'iam:GetRole', Resource: '*' }],
        },
      },
    });
  world.node({ account: GOOD });
});
afterAll(() => world.close());

async function doctor(...words: string[]) {
  const { code, stdout, stderr } = await cliOf(world)('doctor', '--json', ...words);
  if (stdout === '') throw new Error(stderr);
  return { code, rows: Rows.parse(JSON.parse(stdout)) };
}

describe('doctor', () => {
  it('finds nothing where a dispatch gets through, and proves it by a script through S3', async () => {
    const { code, rows } = await doctor('--accounts', GOOD, '--regions', HOME, '--probe');
    expect(rows).toEqual([
      { account: GOOD, region: HOME, check: 'nodes', state: 'ok', found: '1 nodes online' },
      {
        account: GOOD,
        region: HOME,
        check: 'probe',
        state: 'ok',
        found: expect.stringContaining('fetched a script from S3 and ran it'),
      },
    ]);
    expect(code).toBe(0);
  });

  it('tells each fault apart, with what helps, and ends with 1', async () => {
    world.node({ account: GOOD, pingStatus: 'ConnectionLost' });
    world.node({ account: GOOD, agentVersion: '3.2.582.0' });
    world.node({ account: GOOD, managed: false });
    const accounts = [GOOD, OTHER_ID, OTHER_HUB, MISSING, BARRED, STALE].join();
    const { code, rows } = await doctor(
      ...['--accounts', accounts, '--regions', REGIONS.join(), '--inspect-as', ADMIN],
    );
    expect(code).toBe(1);
    const of = (account: string, region?: string) =>
      rows
        .filter((row) => row.account === account && row.region === region)
        .map(({ check, state, found }) => `${check} ${state}: ${found}`);
    expect(of(OTHER_ID)).toEqual(['role broken: the role asks for another ExternalId']);
    expect(of(OTHER_HUB)).toEqual([
      'role broken: the role trusts another hub, or other roles of this one',
    ]);
    expect(of(MISSING)).toEqual(['role broken: there is no role fleetwide-dispatch']);
    expect(of(BARRED, HOME)).toEqual([
      'nodes broken: ssm:DescribeInstanceInformation is denied by a service control policy',
    ]);
    expect(of(STALE, HOME)).toContain(
      'nodes broken: the dispatch role may not ec2:DescribeInstances',
    );
    expect(of(GOOD, ABROAD)).toEqual([
      'region broken: the account has not opted in to this Region',
    ]);
    expect(of(GOOD, HOME)).toEqual([
      'nodes warning: 1 of 3 nodes are offline',
      'agents warning: 1 nodes have agents before 3.3.40.0',
      'unmanaged warning: 1 running EC2 instances are no managed nodes',
    ]);
    for (const row of rows) if (row.state !== 'ok') expect(row.remedy).toBeTruthy();
    // The ExternalId is a secret between hub and spokes.
    expect(JSON.stringify(rows)).not.toContain(world.config.externalId);
  });

  it('says what it could be, where nobody may look', async () => {
    const { rows } = await doctor('--accounts', MISSING, '--regions', HOME);
    expect(rows).toMatchObject([
      {
        found: expect.stringContaining('AWS tells these alike'),
        remedy: expect.stringContaining('--inspect-as'),
      },
    ]);
  });
});
