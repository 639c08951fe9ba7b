/** Secrets and other users: what reaches the script, and that it reaches nothing else. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BUCKET, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const VALUE = 'hunter2-$(touch pwned) "ä\n';
const KEY = `arn:aws:kms:${REGIONS[0]}:${SPOKES[0]}:key/11112222-3333-4444-5555-666677778888`;

describe('secrets', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
    const user = world.aws.iam.createUser(SPOKES[0], 'owner', [
      { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    ]);
    const ssm = new SSMClient({ endpoint: world.aws.url, region: REGIONS[0], credentials: user });
    for (const [Name, KeyId] of [
      ['/app/db', undefined],
      ['/app/own-key', KEY],
    ] as const)
      await ssm.send(new PutParameterCommand({ Name, Value: VALUE, Type: 'SecureString', KeyId }));
    ssm.destroy();
  });
  afterAll(() => world.close());
  const run = (id: string, action: object) =>
    world.dispatch(
      id,
      request({
        action,
        targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], tags: { Kind: [id] } },
      }),
    );
  const node = (Kind: string) => world.node({ tags: { Kind } });
  const rowOf = (id: string) => world.rows(id)[0];
  const secrets = { DB_PASSWORD: { parameter: '/app/db' } };

  it.each([
    ['command', { type: 'command', linux: ['printf %s "$DB_PASSWORD" > "$HOME/got"'] }],
    ['script', { type: 'script', text: 'printf %s "$DB_PASSWORD" > "$HOME/got"' }],
    [
      'inline',
      { type: 'script', text: 'printf %s "$DB_PASSWORD" > "$HOME/got"', delivery: 'inline' },
    ],
  ])('reach a %s byte for byte, and nothing that is kept', async (id, action) => {
    const on = node(id);
    expect(await run(id, { ...action, secrets })).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.file(on, 'got')).toBe(VALUE);
    expect(world.file(on, 'pwned')).toBeUndefined();
    const kept = world.aws.s3.list(BUCKET, `dispatches/${id}/`);
    expect(kept.filter((key) => world.aws.s3.read(BUCKET, key)?.includes('hunter2'))).toEqual([]);
    // Nor what the agent keeps of it on the node: its scripts and their output.
    const home = join(world.aws.fleet.home(on.id), '.ssm');
    const files = readdirSync(home, { recursive: true, encoding: 'utf-8' })
      .map((name) => join(home, name))
      .filter((path) => statSync(path).isFile());
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => readFileSync(path).includes('hunter2'))).toEqual([]);
  });

  it('of Secrets Manager reach it as well, by name and by ARN', async () => {
    const on = node('manager');
    const place = { account: SPOKES[0], region: REGIONS[0], value: VALUE };
    world.aws.secrets.put({ ...place, name: 'app/db' });
    const arn = world.aws.secrets.put({ ...place, name: 'app/other', value: 'other' });
    const action = {
      type: 'command',
      linux: ['printf %s "$DB_PASSWORD" > "$HOME/got"; printf %s "$OTHER" > "$HOME/other"'],
      secrets: { DB_PASSWORD: { secret: 'app/db' }, OTHER: { secret: arn } },
    };
    expect(await run('manager', action)).toMatchObject({ status: 'SUCCEEDED' });
    expect([world.file(on, 'got'), world.file(on, 'other')]).toEqual([VALUE, 'other']);
    const kept = world.aws.s3.list(BUCKET, 'dispatches/manager/');
    expect(kept.filter((key) => world.aws.s3.read(BUCKET, key)?.includes('hunter2'))).toEqual([]);
  });

  it.each([
    ['that is not there', 'app/none', /AccessDenied[\s\S]*TOKEN: secret app\/none/],
    ['that its role may not read', 'hr/pay', /AccessDenied[\s\S]*TOKEN: secret hr\/pay/],
  ])('of Secrets Manager %s is named, and nothing runs', async (what, secret, said) => {
    const id = `manager-${what.replaceAll(' ', '-')}`;
    const on = node(id);
    world.aws.secrets.put({ account: SPOKES[0], region: REGIONS[0], name: 'hr/pay', value: 'x' });
    const linux = ['touch "$HOME/ran"'];
    await run(id, { type: 'command', linux, secrets: { TOKEN: { secret } } });
    expect(rowOf(id)).toMatchObject({ outcome: 'failed', exitCode: 125 });
    expect(rowOf(id)?.stderr?.text).toMatch(said);
    expect(world.file(on, 'ran')).toBeUndefined();
  });

  it('that the node may not read stop the script before it runs, by name', async () => {
    const on = node('denied');
    const action = { type: 'script', text: 'touch "$HOME/ran"' };
    await run('denied', { ...action, secrets: { TOKEN: { parameter: '/app/own-key' } } });
    expect(rowOf('denied')).toMatchObject({
      outcome: 'failed',
      exitCode: 125,
      stderr: {
        text: expect.stringMatching(
          /AccessDenied[\s\S]*kms:Decrypt[\s\S]*TOKEN: parameter \/app\/own-key cannot be read by this node: not executed/,
        ),
      },
    });
    expect(world.file(on, 'ran')).toBeUndefined();
  });

  it('that are not there are named', async () => {
    node('missing');
    await run('missing', {
      type: 'command',
      linux: ['true'],
      secrets: { TOKEN: { parameter: '/app/none' } },
    });
    expect(rowOf('missing')?.stderr?.text).toMatch(
      /ParameterNotFound[\s\S]*TOKEN: parameter \/app\/none/,
    );
  });

  (process.getuid?.() === 0 ? describe : describe.skip)('where this may change the user', () => {
    it.each(['s3', 'inline'] as const)(
      'reach another user with a clean environment, whose script nobody else reads (%s)',
      async (delivery) => {
        const id = `user-${delivery}`;
        node(id);
        const text =
          'id -un; env | sed "s/=.*//" | sort | tr "\\n" " "; echo; printf %s "$DB_PASSWORD" | wc -c; stat -c "%U %a" "$(dirname "$0")"; ls -d "$0"\n';
        const environment = { MODE: 'x' };
        await run(id, {
          type: 'script',
          text,
          secrets,
          environment,
          delivery,
          runAs: { linux: 'nobody' },
        });
        const row = rowOf(id);
        expect(row).toMatchObject({ outcome: 'succeeded' });
        const [user, names, bytes, directory, file = ''] = row?.stdout?.text?.split('\n') ?? [];
        expect(user).toBe('nobody');
        expect(
          names
            ?.trim()
            .split(' ')
            .filter((n) => !['_', 'OLDPWD', 'SHLVL'].includes(n)),
        ).toEqual(['DB_PASSWORD', 'HOME', 'LOGNAME', 'MODE', 'PATH', 'PWD', 'SHELL', 'USER']);
        expect(bytes?.trim()).toBe(String(Buffer.byteLength(VALUE)));
        expect(directory).toBe('nobody 700');
        expect(() => statSync(file)).toThrow(/ENOENT/);
      },
    );
  });

  it('no user of that name: nothing is executed', async () => {
    node('no-user');
    await run('no-user', { type: 'command', linux: ['true'], runAs: { linux: 'nobody-here' } });
    expect(rowOf('no-user')).toMatchObject({
      outcome: 'failed',
      exitCode: 125,
      stderr: { text: expect.stringContaining('this node has no user nobody-here') },
    });
  });

  it('nodes of a platform for which runAs names no user are skipped', async () => {
    world.node({ tags: { Kind: 'windows' }, platformType: 'Windows' });
    await run('windows', { type: 'command', windows: ['1'], runAs: { linux: 'nobody' } });
    expect(rowOf('windows')).toMatchObject({ outcome: 'skipped', reason: { code: 'platform' } });
  });
});
