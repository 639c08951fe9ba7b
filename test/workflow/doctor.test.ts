/** `fleetwide doctor` with each fault planted: what it finds, what it says helps, and what it ends with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { parseJson } from '../../contract/problems.ts';
import { DISPATCH_ROLE, NODE_ROLE } from '../../contract/names.ts';
import { cliOf } from './support/cli.ts';
import { changeTrust, roleOf, without } from './support/mutations.ts';
import { HUB, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const [GOOD, OTHER_ID, OTHER_HUB] = SPOKES;
const MISSING = '555566667777';
const BARRED = '666677778888';
const STALE = '777788889999';
const SHUT = '888899990000';
const OTHER_ORG = '999900001111';
const SILENT = '222200001111';
const DEPLOYED = [...SPOKES, BARRED, STALE, SHUT, OTHER_ORG, SILENT];
const [HOME, ABROAD] = REGIONS;
const ADMIN = 'OrganizationAccountAccessRole';
const OPT_IN = 'me-south-1';

const Rows = z.array(
  z.object({
    account: z.string(),
    region: z.string().optional(),
    check: z.string(),
    state: z.enum(['ok', 'warning', 'broken']),
    found: z.string(),
    remedy: z.string().optional(),
    nodes: z.array(z.string()).optional(),
  }),
);
type Rows = z.infer<typeof Rows>;

const CONTENT = {
  schemaVersion: '2.2',
  mainSteps: [{ action: 'aws:runShellScript', name: 'a', inputs: { runCommand: ['true'] } }],
};
const deny = (condition: object, action = '*', resource = '*') => ({
  Version: '2012-10-17' as const,
  Statement: [{ Effect: 'Deny' as const, Action: action, Resource: resource, ...condition }],
});

let world: World;
let folder: string;
let cli: ReturnType<typeof cliOf>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  world = await makeWorld({ spokes: DEPLOYED });
  cli = cliOf(world);
  const { aws, organization } = world;
  for (const account of [...DEPLOYED, MISSING]) organization.addAccount(account);
  for (const account of DEPLOYED)
    for (const region of REGIONS)
      aws.documents.put({ account, region, name: 'Deploy-App', content: CONTENT });
  for (const region of REGIONS)
    aws.documents.put({
      account: '999988887777',
      region,
      name: 'Shared',
      content: CONTENT,
      sharedWith: DEPLOYED,
    });
  plantTrusts();
  // A spoke of before: its dispatch role cannot yet look at instances.
  const stale = roleOf(world, STALE, DISPATCH_ROLE);
  for (const [name, document] of stale.inline)
    aws.iam.putInlinePolicy(stale.arn, name, {
      ...document,
      Statement: [document.Statement].flat().filter(({ Sid }) => Sid !== 'FindInstances'),
    });
  organization.attachPolicy(
    BARRED,
    deny({ Condition: { StringEquals: { 'aws:RequestedRegion': ABROAD } } }),
  );
  organization.attachPolicy(HUB, deny({}, 'sts:AssumeRole', `arn:aws:iam::${SHUT}:role/*`));
  for (const account of [OTHER_ID, OTHER_HUB, OTHER_ORG, MISSING]) putAdmin(account);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

function plantTrusts(): void {
  const trust = (account: string, change: Parameters<typeof changeTrust>[2]): (() => void) =>
    changeTrust(world, roleOf(world, account, DISPATCH_ROLE), change);
  const asking = (account: string, what: Record<string, string>) =>
    trust(account, (statement) =>
      statement.Sid === 'Enter'
        ? {
            ...statement,
            Condition: {
              ...statement.Condition,
              StringEquals: { ...statement.Condition?.['StringEquals'], ...what },
            },
          }
        : statement,
    );
  asking(OTHER_ID, { 'sts:ExternalId': 'some-other-id-0001' });
  asking(OTHER_ORG, { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' });
  trust(OTHER_HUB, (statement) => ({
    ...statement,
    Principal: { AWS: 'arn:aws:iam::999988887777:root' },
  }));
  trust(SILENT, (statement) => (statement.Sid === 'SayWhoAsked' ? undefined : statement));
}

/** What an account has for its administrators. */
const putAdmin = (account: string): unknown =>
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

async function doctor(...words: string[]): Promise<{ code: number; rows: Rows }> {
  const { code, stdout, stderr } = await cli('doctor', '--json', ...words);
  if (stdout === '') throw new Error(stderr);
  const rows = parseJson(Rows, stdout, 'UnexpectedAnswer', 'doctor');
  // Whatever is wrong has something to do about it.
  for (const row of rows) expect(row.remedy !== undefined).toBe(row.state !== 'ok');
  return { code, rows };
}

const told = (rows: Rows) => rows.map(({ check, state, found }) => `${check} ${state}: ${found}`);
const fileOf = (name: string, value: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
};

describe('the role', () => {
  const roleFaults = async (account: string, ...words: string[]) => {
    const { code, rows } = await doctor('--accounts', account, '--regions', HOME, ...words);
    expect(code).toBe(1);
    // The ExternalId is a secret between hub and spokes.
    expect(JSON.stringify(rows)).not.toContain(world.config.externalId);
    return told(rows);
  };

  it.each([
    [MISSING, 'role broken: missing: there is no role fleetwide-dispatch'],
    [OTHER_HUB, 'role broken: trust: the role trusts another hub, or other roles of this one'],
    [OTHER_ORG, 'role broken: trust: the role asks for callers of another organisation'],
    [OTHER_ID, 'role broken: ExternalId: the role asks for another one'],
  ])('of %s, as its account may be asked: %s', async (account, said) => {
    expect(await roleFaults(account, '--inspect-as', ADMIN)).toEqual([said]);
  });

  it.each([
    [SHUT, 'role broken: SCP: sts:AssumeRole is denied by a service control policy'],
    [SILENT, 'role broken: trust: the role lets nobody say who asks (sts:SetSourceIdentity)'],
  ])('of %s, as AWS says it: %s', async (account, said) => {
    expect(await roleFaults(account)).toEqual([said]);
  });

  it('is one of several things, where nobody may look', async () => {
    const { rows } = await doctor('--accounts', MISSING, '--regions', HOME);
    expect(rows).toMatchObject([
      {
        found: expect.stringContaining('AWS answers the same to all three'),
        remedy: expect.stringContaining('--inspect-as'),
      },
    ]);
  });

  it('of the hub is denied it: that is no fault of the account', async () => {
    const { arn } = roleOf(world, HUB, 'fleetwide-doctor');
    world.aws.iam.putInlinePolicy(arn, 'denied', deny({}, 'sts:AssumeRole'));
    const said = await roleFaults(GOOD);
    world.aws.iam.putInlinePolicy(arn, 'denied', { Version: '2012-10-17', Statement: [] });
    expect(said).toEqual(["role broken: the hub's own role may not sts:AssumeRole"]);
  });

  it('cannot be looked at by somebody who may not', async () => {
    const { code, stderr } = await cli(
      'doctor',
      '--accounts',
      OTHER_ID,
      '--regions',
      HOME,
      '--inspect-as',
      'Nobody',
    );
    expect(code).toBe(3);
    expect(stderr).toContain(
      `--inspect-as Nobody: cannot look at fleetwide-dispatch in ${OTHER_ID}`,
    );
  });
});

describe('a Region', () => {
  it('that is not opted in to, that a policy bars, that lacks a permission, that has no bucket', async () => {
    const { code, rows } = await doctor(
      '--accounts',
      [GOOD, BARRED, STALE].join(),
      '--regions',
      [HOME, ABROAD, OPT_IN, 'eu-central-1'].join(),
    );
    expect(code).toBe(1);
    const of = (account: string, region: string) =>
      told(rows.filter((row) => row.account === account && row.region === region));
    const fine = 'nodes ok: 0 nodes online, 0 offline, 0 unmanaged; 9 documents visible';
    const noBucket = expect.stringMatching(/^exchange warning: the hub has no exchange bucket/);
    expect(of(GOOD, HOME)).toEqual([fine]);
    expect(of(GOOD, OPT_IN)).toEqual([
      'region broken: the account has not opted in to this Region',
    ]);
    expect(of(BARRED, HOME)).toEqual([fine]);
    expect(of(BARRED, ABROAD)).toEqual([
      'calls broken: SCP: ssm:DescribeInstanceInformation is denied by a service control policy',
      'calls broken: SCP: ec2:DescribeInstances is denied by a service control policy',
      'documents broken: SCP: ssm:DescribeDocument is denied by a service control policy',
    ]);
    expect(of(STALE, HOME)).toEqual([
      'calls broken: the dispatch role may not ec2:DescribeInstances',
      fine,
    ]);
    // Documents are made Region by Region.
    expect(of(GOOD, 'eu-central-1')).toEqual([
      expect.stringMatching(/^documents broken: not visible \(InvalidDocument\): Deploy-App/),
      noBucket,
      expect.stringContaining('nodes ok'),
    ]);
  });

  it('is no fault once the account has opted in', async () => {
    world.aws.regions.enable(STALE, OPT_IN);
    const { rows } = await doctor('--accounts', STALE, '--regions', OPT_IN);
    expect(rows.map(({ check }) => check)).not.toContain('region');
    expect(rows.map(({ check }) => check)).toContain('nodes');
  });
});

describe('nodes', () => {
  const only = ['--accounts', GOOD, '--regions', ABROAD];
  const region = ABROAD;

  it('that are online alone: nothing is broken, and a script through S3 proves it', async () => {
    const node = world.node({ account: GOOD, region });
    const { code, rows } = await doctor(...only, '--probe');
    expect(told(rows)).toEqual([
      'nodes ok: 1 node online, 0 offline, 0 unmanaged; 9 documents visible',
      `probe ok: ${node.id} fetched a script from S3 and ran it`,
    ]);
    expect(code).toBe(0);
  });

  it('that are offline, old or unmanaged are warned of by name', async () => {
    const lost = world.node({ account: GOOD, region, pingStatus: 'ConnectionLost' });
    const old = world.node({ account: GOOD, region, agentVersion: '3.2.582.0' });
    const stray = world.node({ account: GOOD, region, managed: false });
    world.node({ account: GOOD, region, managed: false, state: 'stopped' });
    const { code, rows } = await doctor(...only);
    expect(code).toBe(0);
    expect(told(rows)).toEqual([
      'nodes ok: 2 nodes online, 1 offline, 1 unmanaged; 9 documents visible',
      `offline warning: offline: ${lost.id}`,
      `agents warning: agent before 3.3.40.0: ${old.id} (3.2.582.0)`,
      `unmanaged warning: running, and no managed node: ${stray.id}`,
    ]);
    expect(rows.map(({ nodes }) => nodes)).toEqual([undefined, [lost.id], [old.id], [stray.id]]);
  });

  it('that cannot read the exchange bucket are found by the probe', async () => {
    const { code, rows } = await without(
      world,
      roleOf(world, GOOD, NODE_ROLE),
      's3:GetObject',
      () => doctor(...only, '--probe'),
    );
    expect(code).toBe(1);
    const probe = rows.find(({ check }) => check === 'probe');
    expect(probe).toMatchObject({
      state: 'broken',
      found: expect.stringMatching(/ended as failed: .*(AccessDenied|403|denied)/i),
      remedy: expect.stringContaining('fleetwide-node'),
    });
  });

  it('that are not there cannot be probed', async () => {
    const { code, rows } = await doctor('--accounts', BARRED, '--regions', HOME, '--probe');
    expect(code).toBe(0);
    expect(told(rows)).toContain('probe warning: no node is online that a probe could be sent to');
  });
});

describe('whom it looks at', () => {
  const places = (rows: Rows) =>
    [...new Set(rows.map(({ account, region }) => `${account} ${region}`))].toSorted();

  it('of a configuration: the accounts of each unit, in its own Regions', async () => {
    const { organization } = world;
    const [web, data] = [organization.addUnit('Web'), organization.addUnit('Data')];
    organization.addAccount(GOOD, { parent: web });
    organization.addAccount(BARRED, { parent: data });
    const { accounts: _, onboarding: __, ...config } = world.config;
    const file = fileOf('fleetwide.config.json', {
      ...config,
      onboarding: { organizationalUnits: [{ id: web }, { id: data, regions: [HOME] }] },
    });
    expect(places((await doctor('--config', file)).rows)).toEqual([
      `${GOOD} ${HOME}`,
      `${GOOD} ${ABROAD}`,
      `${BARRED} ${HOME}`,
    ]);
    expect(places((await doctor('--config', file, '--regions', HOME)).rows)).toEqual([
      `${GOOD} ${HOME}`,
      `${BARRED} ${HOME}`,
    ]);
  });

  it('of a request: its selectors, its document and the agent that it needs', async () => {
    const node = world.node({ account: BARRED, region: HOME, agentVersion: '3.3.100.0' });
    const file = fileOf('request.json', {
      ...request({
        action: { type: 'document', name: 'Deploy-App', agentAtLeast: '3.3.2746.0' },
        targets: {
          accounts: ['ou:Web', 'ou:Data'],
          excludeAccounts: [GOOD],
          regions: ['enabled'],
          allNodes: true,
        },
      }),
    });
    const { rows } = await doctor('--request', file);
    expect(new Set(rows.map(({ account }) => account))).toEqual(new Set([BARRED]));
    expect(told(rows.filter(({ region }) => region === HOME))).toEqual([
      'nodes ok: 1 node online, 0 offline, 0 unmanaged; 1 document visible',
      `agents warning: agent before 3.3.2746.0: ${node.id} (3.3.100.0)`,
    ]);
  });

  it('of a plan: what it was made of', async () => {
    await world.dispatch(
      'made',
      request({ mode: 'plan', targets: { accounts: [BARRED], regions: [HOME], allNodes: true } }),
    );
    const { rows } = await doctor('--request', fileOf('plan.json', { plan: 'made' }));
    expect(places(rows)).toEqual([`${BARRED} ${HOME}`]);
  });

  it.each([
    [['--accounts', '12345', '--regions', HOME], 'targets.accounts[0]'],
    [['--accounts', GOOD, '--regions', 'Ireland'], 'targets.regions[0]'],
    [['--config', '/nowhere.json'], 'cannot read /nowhere.json'],
    [['--request', '/nowhere.json'], 'cannot read /nowhere.json'],
  ])('%j says what is wrong', async (words, said) => {
    const { code, stderr } = await cli('doctor', ...words);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  });
});

it('shows a person a table, with what to do in each row, and a sum', async () => {
  const { code, stdout } = await cli(
    'doctor',
    '--accounts',
    [GOOD, SHUT].join(),
    '--regions',
    HOME,
  );
  expect(code).toBe(1);
  const lines = stdout.trim().split('\n');
  expect(lines[0]).toMatch(/^account +Region +check +state +found +what to do$/);
  expect(lines.find((line) => line.startsWith(SHUT))).toMatch(
    /broken +SCP: sts:AssumeRole .* Have the policy allow it/,
  );
  expect(lines.at(-1)).toBe('1 broken, 0 warnings');
});
