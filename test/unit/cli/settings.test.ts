import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { main } from '../../../cli/main.ts';
import { readSettings, type Surroundings } from '../../../cli/settings.ts';
import { fakeTerminal } from './support.ts';

const root = mkdtempSync(join(tmpdir(), 'fleetwide-settings-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const file = (path: string, value: unknown): string => {
  const at = join(root, path);
  mkdirSync(join(at, '..'), { recursive: true });
  writeFileSync(at, typeof value === 'string' ? value : JSON.stringify(value));
  return at;
};

const PROJECT = file('project/fleetwide.config.json', {
  hub: { account: '111122223333', region: 'eu-west-1' },
  regions: ['eu-west-1', 'us-east-1'],
  externalId: 'not-to-be-told-here',
});
const OWN = file('home/.config/fleetwide/config.json', { region: 'eu-south-1', requester: 'jane' });
mkdirSync(join(root, 'project/deep/er'), { recursive: true });

const read = (change: Partial<Surroundings> = {}) =>
  readSettings({
    flags: {},
    directory: join(root, 'project/deep/er'),
    ...change,
    env: { HOME: join(root, 'home'), ...change.env },
  });

describe('settings', () => {
  it('come from the nearest project and the person’s own file', async () => {
    expect(await read()).toEqual({
      hub: { value: '111122223333', origin: PROJECT },
      region: { value: 'eu-west-1', origin: PROJECT },
      regions: { value: 'eu-west-1,us-east-1', origin: PROJECT },
      requester: { value: 'jane', origin: OWN },
    });
  });

  it('are beaten by the environment, and that by flags', async () => {
    const env = { AWS_DEFAULT_REGION: 'eu-north-1', FLEETWIDE_REQUESTER: '', AWS_PROFILE: 'ops' };
    expect(await read({ env })).toMatchObject({
      region: { value: 'eu-north-1', origin: 'AWS_DEFAULT_REGION' },
      requester: { value: 'jane' },
      profile: { value: 'ops', origin: 'AWS_PROFILE' },
    });
    const more = { ...env, AWS_REGION: 'eu-west-2' };
    expect((await read({ env: more })).region?.value).toBe('eu-west-2');
    expect((await read({ env: more, flags: { region: 'ap-south-1' } })).region).toEqual({
      value: 'ap-south-1',
      origin: '--region',
    });
  });

  it('outside of a project are those of the person', async () => {
    expect((await read({ directory: root })).region?.origin).toBe(OWN);
    const env = { XDG_CONFIG_HOME: join(root, 'nothing') };
    expect(await read({ directory: root, env })).toEqual({});
  });

  it('may be of a project that is named', async () => {
    const env = { FLEETWIDE_CONFIG: PROJECT };
    expect((await read({ directory: root, env })).hub?.origin).toBe(PROJECT);
    const none = { FLEETWIDE_CONFIG: 'none.json' };
    await expect(read({ env: none })).rejects.toThrow(/FLEETWIDE_CONFIG names.*none.json/);
  });

  it('that are wrong are refused with their file', async () => {
    const home = file('odd/fleetwide/config.json', { reqester: 'x', region: 'europe' });
    await expect(read({ env: { XDG_CONFIG_HOME: join(root, 'odd') } })).rejects.toThrow(
      new RegExp(`${home}: 2 problem.*reqester|region`, 's'),
    );
  });
});

describe('config init', () => {
  const init = async (words: string[], answers?: (string | undefined)[]) => {
    const terminal = fakeTerminal(answers);
    const code = await main(['node', 'fleetwide', 'config', 'init', ...words], terminal);
    return { code, terminal };
  };
  const output = join(root, 'made.json');
  const made = (): unknown => JSON.parse(readFileSync(output, 'utf-8'));

  it('asks for what it is not told, and asks again for what must be said', async () => {
    const answers = [
      '',
      '12',
      '111122223333',
      'eu-west-1',
      'eu-west-1, moon-1',
      '',
      'o-a1b2c3d4e5',
      'ou-1',
      'ou-ab12-cd34ef56',
    ];
    const { code, terminal } = await init(['--output', output], answers);
    expect(code).toBe(0);
    expect(terminal.asked).toHaveLength(9);
    expect(terminal.printed.slice(0, 3)).toEqual([
      expect.stringContaining('12'),
      expect.stringContaining('Region'),
      expect.stringContaining('OU'),
    ]);
    expect(made()).toEqual({
      hub: { account: '111122223333', region: 'eu-west-1' },
      regions: ['eu-west-1'],
      organizationId: 'o-a1b2c3d4e5',
      onboarding: { organizationalUnits: [{ id: 'ou-ab12-cd34ef56' }] },
    });
  });

  const flags = ['--hub', '111122223333', '--home', 'eu-west-1', '--regions', 'us-east-1'];
  it('needs nobody where everything is said, and replaces nothing unasked', async () => {
    const words = [...flags, '--accounts', '222233334444, 333344445555', '--output', output];
    const again = await init(words);
    expect(again.code).toBe(2);
    expect(again.terminal.complained.join()).toContain('--force');
    expect((await init([...words, '--force'])).code).toBe(0);
    expect(made()).toMatchObject({
      regions: ['eu-west-1', 'us-east-1'],
      accounts: ['222233334444', '333344445555'],
    });
  });

  it.each([
    [['--hub', '1'], undefined, 'nobody to ask here: give --home'],
    [flags, undefined, 'give --organization or --accounts'],
    [[], ['1', undefined], 'nothing was written'],
    [[...flags.with(1, '1'), '--organization', 'org'], undefined, 'hub.account'],
  ])('with %j and the answers %j ends with 2', async (words, answers, text) => {
    const { code, terminal } = await init(
      [...words, '--output', join(root, 'never.json')],
      answers && [...answers],
    );
    expect(code).toBe(2);
    expect(terminal.complained.join()).toContain(text);
    expect(() => readFileSync(join(root, 'never.json'))).toThrow('ENOENT');
  });
});

describe('config show', () => {
  it('says where each setting comes from', async () => {
    const terminal = fakeTerminal();
    const words = ['--region', 'eu-west-3', 'config', 'show', '--origin', '--json'];
    expect(await main(['node', 'fleetwide', ...words], terminal)).toBe(0);
    expect(JSON.parse(terminal.printed.join())).toMatchObject({
      region: { value: 'eu-west-3', origin: '--region' },
    });
  });
});
