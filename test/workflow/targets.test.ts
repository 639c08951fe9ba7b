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
  expect([...RUN].toSorted()).toEqual(folders);
  for (const folder of folders)
    expect(read(folder, 'README.md')).toContain(
      `--request examples/targets/${folder}/request.json`,
    );
});
