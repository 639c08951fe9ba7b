/** Who is dispatched to: the examples of targets as they stand, and what is wrong with others. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountListKey } from '../../contract/names.ts';
import type { Node } from '../../local/fleet/index.ts';
import { textOf } from './support/causes.ts';
import { BUCKET, makeWorld, request, SPOKES, type World } from './support/world.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples/targets');
const read = (...path: string[]): string => readFileSync(join(EXAMPLES, ...path), 'utf-8');
const [PROD, NIGHTLY, SANDBOX] = SPOKES;
const SUSPENDED = '666677778888';
const RUN = new Set<string>();

let world: World;
/** A web server in each spoke. */
let web: readonly Node[];
const visits = (nodes: readonly Node[]) => nodes.map((node) => world.file(node, 'visits'));
/** Runs an example as it stands; answers how it ended. */
const run = (name: string) => {
  RUN.add(name);
  for (const node of web) rmSync(join(world.aws.fleet.home(node.id), 'visits'), { force: true });
  const input: unknown = JSON.parse(read(name, 'request.json'));
  return world.dispatch(name, input);
};
const putList = (name: string, list: unknown) =>
  world.aws.s3.write(BUCKET, accountListKey(name), JSON.stringify(list));

beforeAll(async () => {
  world = await makeWorld();
  const { organization } = world;
  const workloads = organization.addUnit('Workloads');
  const test = organization.addUnit('Test', workloads);
  const tags = { Environment: 'production', Owner: 'data' };
  organization.addAccount(PROD, { parent: organization.addUnit('Prod', workloads), tags });
  organization.addAccount(NIGHTLY, { parent: organization.addUnit('Nightly', test) });
  organization.addAccount(SUSPENDED, { parent: workloads, state: 'SUSPENDED', tags });
  organization.addAccount(SANDBOX, {
    parent: organization.addUnit('Sandbox'),
    tags: { ...tags, Environment: 'test' },
  });
  // More than two pages hold, so that an empty one stands between them.
  for (let i = 0; i < 45; i++)
    organization.addAccount(String(700_000_000_000 + i), { state: 'CLOSED' });
  web = SPOKES.map((account) => world.node({ account, tags: { Role: 'web' } }));
});
afterAll(() => world.close());

describe('the example', () => {
  it('organizational-unit: all below it, but what is excluded or not active', async () => {
    expect(await run('organizational-unit')).toMatchObject({ status: 'SUCCEEDED' });
    expect(visits(web)).toEqual(['reached\n', undefined, undefined]);
    expect(world.plan('organizational-unit').accounts).toEqual({
      selected: 1,
      excluded: 1,
      notActive: [{ account: SUSPENDED, state: 'SUSPENDED' }],
    });
  });

  it('organization-by-account-tag: through pages, and an empty one among them', async () => {
    expect(await run('organization-by-account-tag')).toMatchObject({ status: 'SUCCEEDED' });
    expect(visits(web)).toEqual(['reached\n', undefined, undefined]);
    const { accounts } = world.plan('organization-by-account-tag');
    expect(accounts?.selected).toBe(1);
    expect(accounts?.notActive.length).toBe(46);
  });

  it('account-list', async () => {
    putList('legacy', { accounts: [PROD, NIGHTLY], description: 'before the merger' });
    expect(await run('account-list')).toMatchObject({ status: 'SUCCEEDED' });
    expect(visits(web)).toEqual(['reached\n', undefined, 'reached\n']);
  });

  it('former-dispatch: the nodes that it did not succeed on, and no other', async () => {
    const [first, second, third] = web;
    const gone = world.node({ tags: { Role: 'web' } });
    world.aws.fleet.update(third?.id ?? '', { pingStatus: 'ConnectionLost' });
    // The lock is there on the second node alone.
    await world.dispatch(
      'lock',
      request({
        action: { type: 'command', linux: ['touch "$HOME/lock"'] },
        targets: { accounts: [NIGHTLY], regions: ['eu-west-1'], tags: { Role: ['web'] } },
      }),
    );
    const linux = ['if [ -e "$HOME/lock" ]; then exit 3; fi'];
    await world.dispatch(
      'patch-night',
      request({
        action: { type: 'command', linux },
        targets: { accounts: [...SPOKES], regions: ['eu-west-1'], tags: { Role: ['web'] } },
      }),
    );
    expect(world.report('patch-night').counts).toEqual({ succeeded: 2, failed: 1, skipped: 1 });
    world.aws.fleet.update(third?.id ?? '', { pingStatus: 'Online' });
    world.aws.fleet.update(gone.id, { managed: false, state: 'terminated' });

    expect(await run('former-dispatch')).toMatchObject({ status: 'SUCCEEDED' });
    const rows = world.rows('former-dispatch');
    expect(new Set(rows.map((row) => row.node))).toEqual(new Set([second?.id, third?.id]));
    expect(visits([first, second, third].flatMap((n) => n ?? []))).toEqual([
      undefined,
      'mended\n',
      'mended\n',
    ]);
    expect(world.file(second ?? gone, 'lock')).toBeUndefined();
  });

  it('enabled-regions: of each account its own, and no line for those without nodes', async () => {
    world.aws.regions.enable(PROD, 'af-south-1');
    const far = world.node({ account: PROD, region: 'af-south-1', tags: { Role: 'web' } });
    // Not enabled there, so nobody looks.
    world.node({ account: NIGHTLY, region: 'af-south-1', tags: { Role: 'web' } });
    expect(await run('enabled-regions')).toMatchObject({ status: 'SUCCEEDED' });
    expect(visits([...web, far])).toEqual(['reached\n', 'reached\n', undefined, 'reached\n']);
    expect(world.report('enabled-regions').skippedShards).toEqual([]);
  });

  it('tag-patterns: and why those are skipped that match and cannot be reached', async () => {
    const tagged = (Name: string, Environment = 'prod') => ({ tags: { Name, Environment } });
    const reached = [
      world.node(tagged('web-1')),
      world.node(tagged('api-2', 'staging')),
      world.node({ ...tagged('web-3'), id: `mi-${'a'.repeat(17)}` }),
    ];
    for (const name of ['web', 'api-22', 'db-1']) world.node(tagged(name));
    world.node(tagged('web-4', 'test'));
    world.node({ ...tagged('db-2'), id: `mi-${'b'.repeat(17)}` });
    const skipped = {
      [world.node({ ...tagged('web-5'), state: 'stopped' }).id]: 'stopped',
      [world.node({ ...tagged('web-6'), state: 'terminated' }).id]: 'terminated',
      [world.node({ ...tagged('web-7'), managed: false }).id]: 'notManaged',
      [world.node({ ...tagged('web-8'), pingStatus: 'ConnectionLost' }).id]: 'offline',
    };
    expect(await run('tag-patterns')).toMatchObject({ error: 'NodesDidNotSucceed' });
    expect(visits(reached)).toEqual(reached.map(() => 'reached\n'));
    expect(visits(web)).toEqual(web.map(() => undefined));
    const rows = world.rows('tag-patterns');
    expect(rows.length).toBe(7);
    const reasons = rows.filter((row) => row.outcome === 'skipped');
    expect(Object.fromEntries(reasons.map((row) => [row.node, row.reason?.code]))).toEqual(skipped);
  });

  it('platform-and-agent: what is otherwise does not match', async () => {
    const old = world.node({ agentVersion: '3.3.9.0' });
    const windows = world.node({ platformType: 'Windows', behaviour: () => ({}) });
    expect(await run('platform-and-agent')).toMatchObject({ status: 'SUCCEEDED' });
    expect(visits([...web, old])).toEqual(['reached\n', undefined, undefined, undefined]);
    const nodes = world.rows('platform-and-agent').map((row) => row.node);
    for (const node of [old, windows]) expect(nodes).not.toContain(node.id);
  });

  it('overrides: the nearer place wins, and values are data', async () => {
    const [prod = web[0], nightly] = web;
    const abroad = [PROD, NIGHTLY].map((account) =>
      world.node({ account, region: 'us-east-1', tags: { Role: 'web' } }),
    );
    expect(await run('overrides')).toMatchObject({ status: 'SUCCEEDED' });
    const main = 'https://mirror.example.com';
    const [us, lab] = ['https://us.mirror.example.com', 'https://lab.example.com'];
    expect(visits([prod, nightly, ...abroad].flatMap((node) => node ?? []))).toEqual([
      `--from=${main} stable ${main}\n`,
      `--from=${main} it's $(beta) ${main}\n`,
      `--from=${us} stable ${us}\n`,
      `--from=${lab} it's $(beta) ${lab}\n`,
    ]);
    for (const node of abroad) world.aws.fleet.update(node.id, { tags: {} });
  });

  it('sample: half of them, and the same ones again', async () => {
    for (const account of [NIGHTLY, SANDBOX, SANDBOX])
      world.node({ account, tags: { Role: 'web' } });
    expect(await run('sample')).toMatchObject({ status: 'SUCCEEDED' });
    const { matched, sampledFrom = 0 } = world.plan('sample');
    expect(matched).toBe(Math.ceil(sampledFrom / 2));
    const nodes = (id: string) => new Set(world.rows(id).map((row) => row.node));
    const input: unknown = JSON.parse(read('sample', 'request.json'));
    await world.dispatch('sample-again', input);
    expect(nodes('sample-again')).toEqual(nodes('sample'));
  });
});

describe('a Region that is not looked into', () => {
  it('by decision is one line, and no failure', async () => {
    world.organization.attachPolicy(NIGHTLY, {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
        },
      ],
    });
    const ended = await world.dispatch(
      'decided',
      request({
        targets: {
          accounts: [NIGHTLY],
          regions: ['eu-west-1', 'us-east-1', 'me-south-1'],
          tags: { Role: ['web'] },
        },
      }),
    );
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(
      world.report('decided').skippedShards.map(({ region, reason }) => [region, reason.code]),
    ).toEqual([
      ['us-east-1', 'serviceControlPolicy'],
      ['me-south-1', 'regionNotEnabled'],
    ]);
  });

  it('since nobody may enter the account is one, however many Regions it has', async () => {
    const ended = await world.dispatch(
      'closed',
      request({ targets: { accounts: ['999900001111'], regions: ['enabled'], allNodes: true } }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'NothingMatched' });
    expect(world.report('closed').skippedShards).toMatchObject([
      { account: '999900001111', region: '*', reason: { action: 'sts:AssumeRole' } },
    ]);
  });
});

it('a document says which agent it needs, and older ones are skipped', async () => {
  const account = SANDBOX;
  const tags = { Agent: 'tested' };
  const old = world.node({ account, tags, agentVersion: '3.2.582.0' });
  const young = world.node({ account, tags });
  await world.dispatch(
    'document-agent',
    request({
      action: {
        type: 'document',
        name: 'AWS-RunShellScript',
        parameters: { commands: ['true'] },
        agentAtLeast: '3.3.0.0',
      },
      targets: { accounts: [account], regions: ['eu-west-1'], tags: { Agent: ['tested'] } },
    }),
  );
  const rows = Object.fromEntries(world.rows('document-agent').map((row) => [row.node, row]));
  expect(rows[young.id]?.outcome).toBe('succeeded');
  expect(rows[old.id]).toMatchObject({ outcome: 'skipped', reason: { code: 'agentTooOld' } });
});

describe('variables', () => {
  const AWKWARD = `it's "$HOME" \`id\` $(id); {{ssm:x}} {{variable:other}}\npäivää`;

  it('reach the lines of a command as environment variables', async () => {
    const ended = await world.dispatch(
      'lines',
      request({
        action: { type: 'command', linux: ['printf %s "$text" > "$HOME/text"'] },
        targets: { accounts: [PROD], regions: ['eu-west-1'], tags: { Role: ['web'] } },
        variables: { text: 'usual' },
        overrides: { 'eu-west-1': { variables: { text: AWKWARD } } },
      }),
    );
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(web[0] && world.file(web[0], 'text')).toBe(AWKWARD);
  });

  it('stand in the parameters of a document, whose version a place may say', async () => {
    const document = (name: string, change: object = {}) =>
      world.dispatch(
        name,
        request({
          action: {
            type: 'document',
            name: 'AWS-RunShellScript',
            parameters: { commands: ['echo {{variable:word}} > "$HOME/word"'] },
          },
          targets: { accounts: [PROD], regions: ['eu-west-1'], tags: { Role: ['web'] } },
          variables: { word: 'here' },
          ...change,
        }),
      );
    expect(await document('word')).toMatchObject({ status: 'SUCCEEDED' });
    expect(web[0] && world.file(web[0], 'word')).toBe('here\n');
    const overrides = { [PROD]: { document: { version: '99' } } };
    expect(await document('version', { overrides })).toMatchObject({ status: 'FAILED' });
    const sent = world.rows('version').filter((row) => row.outcome !== 'skipped');
    expect(sent).toMatchObject([{ reason: { code: 'InvalidDocumentVersion' } }]);
    expect(world.plan('version').documents).toMatchObject([
      { version: '99', unread: { code: 'InvalidDocumentVersion' } },
    ]);
  });

  it('and places are checked before anything is sent, all at once', async () => {
    const ended = await world.dispatch(
      'misplaced',
      request({
        action: { type: 'script', text: 'true', arguments: ['{{variable:none}}'] },
        variables: { one: '1' },
        overrides: {
          [PROD]: { variables: { two: '2' } },
          'eu-west-1': { document: { version: '1' } },
        },
      }),
    );
    expect(ended).toMatchObject({ error: 'InvalidRequest' });
    const text = textOf(ended);
    expect(text).toContain('action.arguments[0]: refers to the variable "none"');
    expect(text).toContain(`overrides.${PROD}.variables.two: is no variable of the request`);
    expect(text).toContain('overrides.eu-west-1.document: says nothing about a script action');

    const other = await world.dispatch(
      'elsewhere',
      request({
        action: {
          type: 'document',
          name: 'AWS-RunShellScript',
          parameters: { commands: ['true'] },
        },
        overrides: { [PROD]: { document: { name: 'AWS-InstallApplication' } } },
      }),
    );
    expect(textOf(other)).toContain(`overrides.${PROD} (action.name): needs document`);
  });
});

describe('a request', () => {
  const problem = async (id: string, targets: object) => {
    const ended = await world.dispatch(
      id,
      request({ targets: { regions: ['eu-west-1'], allNodes: true, ...targets } }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
    return textOf(ended);
  };

  it('is told of every account that it cannot have, at once', async () => {
    const { organization } = world;
    organization.addUnit('Test', organization.addUnit('Other'));
    const text = await problem('no-such', {
      accounts: ['ou:Nowhere', 'ou:Test', 'ou:ou-a1b2-99999999', 'list:none', PROD],
      excludeAccounts: ['list:nobody'],
    });
    expect(text).toContain('targets.accounts[0]: no organizational unit is called "Nowhere"');
    expect(text).toContain(
      'targets.accounts[1]: 2 organizational units are called "Test": /Workloads/Test',
    );
    expect(text).toContain('targets.accounts[2]: the organisation has no unit ou-a1b2-99999999');
    expect(text).toContain('targets.accounts[3]: there is no list "none"');
    expect(text).toContain('targets.excludeAccounts[0]: there is no list "nobody"');
  });

  it('for accounts that all fall away reaches nobody, and says why', async () => {
    const text = await problem('emptied', { accounts: ['ou:Nightly'], excludeAccounts: [NIGHTLY] });
    expect(text).toContain('come to no account (1 selected, 1 excluded, 0 not active)');
  });

  it('for the nodes of a dispatch that has no report', async () => {
    const text = await problem('unheard', {
      allNodes: undefined,
      from: { dispatch: 'unheard-of' },
    });
    expect(text).toContain('targets.from.dispatch: dispatch unheard-of has no report');
  });

  it('for the nodes of a dispatch that went well, by default', async () => {
    const text = await problem('again', {
      allNodes: undefined,
      from: { dispatch: 'organizational-unit' },
    });
    expect(text).toContain('targets.from: dispatch organizational-unit ended so on no node');
  });

  it('for an organisation that does not tell the hub about itself', async () => {
    const other = await makeWorld({ delegated: [] });
    const ended = await other.dispatch(
      'untold',
      request({ targets: { accounts: ['organization'], regions: ['eu-west-1'], allNodes: true } }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'OrganizationNotReadable' });
    expect(textOf(ended)).toContain('organizations:ListAccounts: AccessDeniedException');
    await other.close();
  });
});

it('every example of targets was run, and has a README that shows how', () => {
  const folders = readdirSync(EXAMPLES).toSorted();
  // Run by resourceGroups.test.ts.
  expect([...RUN, 'resource-group'].toSorted()).toEqual(folders);
  for (const folder of folders)
    expect(read(folder, 'README.md')).toContain(
      `--request examples/targets/${folder}/request.json`,
    );
});
