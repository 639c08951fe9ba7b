import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exchangeBucketName } from '../../contract/names.ts';
import { sha256 } from '../../lambdas/shared/action.ts';
import { SIMULATED } from '../../local/fleet/index.ts';
import { BUCKET, HUB, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

/** One account and Region, and the nodes with this tag. */
const only = (Kind: string) => ({
  accounts: [SPOKES[0]],
  regions: [REGIONS[0]],
  tags: { Kind: [Kind] },
});
const HOSTILE = [
  '',
  '-n',
  "it's",
  '"double"',
  '$HOME $(touch pwned) `touch pwned`',
  '; touch pwned',
  'two\nlines\n',
  '{{ commands }} {{ssm:x}}',
  'päivää ✓ 🚀',
  '\\n\\\\',
  '*',
];

describe('actions', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  });
  afterAll(() => world.close());
  const rowOf = (id: string, node: string) => world.rows(id).find((row) => row.node === node);

  it('command: sends each platform its own lines, and skips the platform that has none', async () => {
    const linux = world.node({ tags: { Kind: 'both' } });
    const mac = world.node({ tags: { Kind: 'both' }, platformType: 'MacOS' });
    const windows = world.node({
      tags: { Kind: 'both' },
      platformType: 'Windows',
      behaviour: (_node, job) => ({ stdout: `${job.steps.map((s) => s.name).join()}\r\n` }),
    });
    const action = {
      type: 'command',
      linux: ['echo run >> "$HOME/runs"'],
      windows: ['Write-Output hello'],
    };
    const ended = await world.dispatch('both', request({ action, targets: only('both') }));
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { matched: 3 } });
    expect([linux, mac].map((n) => world.file(n, 'runs'))).toEqual(['run\n', 'run\n']);
    expect(rowOf('both', windows.id)?.stdout?.text).toBe('aws:runPowerShellScript\r\n');
    expect(world.plan('both').documents.map((d) => d.name)).toEqual([
      'AWS-RunShellScript',
      'AWS-RunPowerShellScript',
    ]);

    await world.dispatch(
      'windows-only',
      request({ action: { type: 'command', windows: ['hostname'] }, targets: only('both') }),
    );
    expect(rowOf('windows-only', linux.id)).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'platform', message: expect.stringMatching(/^no variant for platform/) },
    });
    expect(rowOf('windows-only', windows.id)).toMatchObject({ outcome: 'succeeded' });
  });

  it('command: PowerShell that cannot be executed here is never a success', async () => {
    const node = world.node({ tags: { Kind: 'pwsh' }, platformType: 'Windows' });
    const action = { type: 'command', windows: ['exit 0'] };
    await world.dispatch('pwsh', request({ action, targets: only('pwsh') }));
    const row = rowOf('pwsh', node.id);
    const there = world.aws.fleet.powershell !== undefined;
    expect([row?.outcome, row?.exitCode]).toEqual(there ? ['succeeded', 0] : ['failed', undefined]);
    expect(row?.stderr?.text ?? '').toMatch(there ? /^$/ : /did not execute this: PowerShell/);
  });

  describe.each(['s3', 'inline'] as const)('script, delivered by %s', (delivery) => {
    const script = (change: object = {}) => ({
      type: 'script',
      name: 'probe.sh',
      text: '#!/bin/bash\nprintf "%s\\0" "$@" > "$HOME/arguments"\nprintf "%s" "$VALUE" > "$HOME/value"\npwd > "$HOME/cwd"\n# {{ nothing }} is replaced: ✓\ncp "$0" "$HOME/self"\n',
      delivery,
      ...change,
    });
    const run = (id: string, action: object) =>
      world.dispatch(`${id}-${delivery}`, request({ action, targets: only(delivery) }));

    it('arrives byte for byte with its arguments and environment, which are never code', async () => {
      const node = world.node({ tags: { Kind: delivery } });
      const action = script({
        arguments: HOSTILE,
        environment: { VALUE: HOSTILE.join('\n') },
        workingDirectory: '/',
      });
      const ended = await run('hostile', action);
      expect(ended).toMatchObject({ status: 'SUCCEEDED' });
      expect(world.file(node, 'arguments')).toBe(HOSTILE.map((a) => `${a}\0`).join(''));
      expect(world.file(node, 'value')).toBe(HOSTILE.join('\n'));
      expect(world.file(node, 'cwd')).toBe('/\n');
      expect(world.file(node, 'self')).toBe(action.text);
      expect(world.file(node, 'pwned')).toBeUndefined();
      expect(rowOf(`hostile-${delivery}`, node.id)).toMatchObject({
        exitCode: 0,
        stdout: { bytes: 0 },
        stderr: { bytes: 0 },
      });
    });

    it.each([
      ['python3', 'import sys; print(sys.argv[1:]); sys.exit(4)', "['-x', 'a b']\n"],
      ['sh', 'echo "$1|$2"; exit 4', '-x|a b\n'],
      ['/bin/bash', 'echo "${@:1}"; exit 4', '-x a b\n'],
      [undefined, 'echo "$#"; exit 4', '2\n'],
    ])(
      'runs by %s, and its exit code and output are the node’s',
      async (interpreter, text, out) => {
        const node = world.node({ tags: { Kind: delivery } });
        const id = `by-${interpreter?.replaceAll('/', '_') ?? 'none'}`;
        await run(id, script({ text, interpreter, arguments: ['-x', 'a b'] }));
        expect(rowOf(`${id}-${delivery}`, node.id)).toMatchObject({
          outcome: 'failed',
          exitCode: 4,
          stdout: { text: out },
          stderr: { text: 'failed to run commands: exit status 4' },
        });
      },
    );

    it('for a shell is skipped on Windows', async () => {
      const node = world.node({ tags: { Kind: delivery }, platformType: 'Windows' });
      await run('windows', script());
      expect(rowOf(`windows-${delivery}`, node.id)).toMatchObject({
        outcome: 'skipped',
        reason: { code: 'platform' },
      });
    });

    it('for PowerShell is run on Windows, and never a success where it cannot be', async () => {
      const Kind = `ps1-${delivery}`;
      const node = world.node({ tags: { Kind }, platformType: 'Windows' });
      const linux = world.node({ tags: { Kind } });
      const text = '[IO.File]::WriteAllText("$HOME/arguments", ($args -join "|") + $env:VALUE)';
      const action = script({
        name: 'x.ps1',
        text,
        arguments: HOSTILE,
        environment: { VALUE: 'ä' },
      });
      await world.dispatch(Kind, request({ action, targets: only(Kind) }));
      const row = rowOf(Kind, node.id);
      const there = world.aws.fleet.powershell !== undefined;
      expect(row?.outcome).toBe(there ? 'succeeded' : 'failed');
      expect(world.file(node, 'arguments')).toBe(there ? `${HOSTILE.join('|')}ä` : undefined);
      expect(row?.stderr?.text ?? '').toMatch(there ? /^$/ : /did not execute this: PowerShell/);
      expect(rowOf(Kind, linux.id)).toMatchObject({
        outcome: 'skipped',
        reason: { message: expect.stringContaining('powershell is for Windows') },
      });
    });
  });

  it('script: is staged once in each Region, under its hash', async () => {
    const tags = { Kind: 'staged' };
    const nodes = REGIONS.map((region) => world.node({ region, tags }));
    const action = { type: 'script', name: 'once.sh', text: 'echo staged >> "$HOME/runs"' };
    const targets = { ...only('staged'), regions: [...REGIONS] };
    await world.dispatch('staged-1', request({ action, targets }));
    const { artifact } = world.plan('staged-1');
    const key = artifact?.key ?? '';
    expect(key).toBe(`artifacts/${artifact?.sha256}/once.sh`);
    const stored = () =>
      REGIONS.map((region) =>
        world.aws.s3.bucket(exchangeBucketName(HUB, region))?.objects.get(key),
      );
    const first = stored();
    expect(first.map((object) => object?.body.toString())).toEqual([action.text, action.text]);
    await world.dispatch('staged-2', request({ action, targets }));
    // Time has passed since, so another put would show.
    expect(stored().map((o) => o?.lastModified)).toEqual(first.map((o) => o?.lastModified));
    expect(stored()).toEqual(first);
    expect(nodes.map((n) => world.file(n, 'runs'))).toEqual([
      'staged\nstaged\n',
      'staged\nstaged\n',
    ]);
  });

  describe('script: an object of S3', () => {
    const SOURCES = 'our-releases';
    const uri = `s3://${SOURCES}/apps/päivä & co/deploy.sh`;
    const key = uri.slice(`s3://${SOURCES}/`.length);
    const text = '#!/bin/bash\nprintf "%s" "$1" > "$HOME/deployed"\n';
    const action = { type: 'script', object: { uri }, arguments: ['v1 "$x"'] };
    beforeAll(() => {
      world.aws.s3.putBucket({ name: SOURCES, account: HUB, region: 'us-east-1' });
      world.aws.s3.write(SOURCES, key, text);
    });

    it('is copied into each Region once, under the hash that it has when the dispatch starts', async () => {
      const tags = { Kind: 'object' };
      const nodes = REGIONS.map((region) => world.node({ region, tags }));
      const targets = { ...only('object'), regions: [...REGIONS] };
      await world.dispatch('object-1', request({ action, targets }));
      expect(nodes.map((n) => world.file(n, 'deployed'))).toEqual(['v1 "$x"', 'v1 "$x"']);
      const { artifact } = world.plan('object-1');
      expect(artifact).toEqual({
        sha256: sha256(text),
        key: `artifacts/${sha256(text)}/deploy.sh`,
      });
      const stored = () =>
        REGIONS.map((region) =>
          world.aws.s3.bucket(exchangeBucketName(HUB, region))?.objects.get(artifact?.key ?? ''),
        );
      const first = stored();
      expect(first.map((object) => object?.body.toString())).toEqual([text, text]);
      await world.dispatch('object-2', request({ action, targets }));
      expect(stored()).toEqual(first);
    });

    it('that is not what the request says is refused before anything is there', async () => {
      const wrong = { ...action, object: { uri, sha256: 'a'.repeat(64) } };
      const ended = await world.dispatch(
        'object-wrong',
        request({ action: wrong, targets: only('object') }),
      );
      expect(ended).toMatchObject({ status: 'FAILED', error: 'SourceDiffers' });
      expect(ended.cause).toContain(sha256(text));
      expect(world.aws.s3.list(BUCKET, 'dispatches/object-wrong/')).toEqual([]);
    });

    it.each([
      ['is not there', `s3://${SOURCES}/apps/none.sh`, 'NoSuchKey'],
      ['lies where the hub may not read', `s3://${SOURCES}/secret/x.sh`, 'AccessDenied'],
      ['lies in no bucket', 's3://no-such-bucket-anywhere/x.sh', 'NoSuchBucket'],
    ])('that %s is refused by name', async (_what, address, code) => {
      const id = `object-${code}`;
      const ended = await world.dispatch(
        id,
        request({ action: { type: 'script', object: { uri: address } }, targets: only('object') }),
      );
      expect(ended).toMatchObject({ status: 'FAILED', error: 'SourceUnreadable' });
      expect(ended.cause).toContain(code);
      expect(world.aws.s3.list(BUCKET, `dispatches/${id}/`)).toEqual([]);
    });
  });

  it('script: one that was altered in the bucket is not executed', async () => {
    const node = world.node({ tags: { Kind: 'altered' } });
    const action = { type: 'script', name: 'good.sh', text: 'touch "$HOME/good"' };
    await world.dispatch(
      'altered-plan',
      request({ action, targets: only('altered'), mode: 'plan' }),
    );
    const key = world.plan('altered-plan').artifact?.key ?? '';
    const bucket = world.aws.s3.bucket(exchangeBucketName(HUB, REGIONS[0]));
    const object = bucket?.objects.get(key);
    if (!bucket || !object) throw new Error('the script was not staged');
    bucket.objects.set(key, { ...object, body: Buffer.from('touch "$HOME/evil"') });
    await world.dispatch('altered', request({ action, targets: only('altered') }));
    expect(rowOf('altered', node.id)).toMatchObject({
      outcome: 'failed',
      exitCode: 125,
      stderr: { text: expect.stringMatching(/SHA-256 of .*good\.sh is .*expected .*not executed/) },
    });
    expect([world.file(node, 'good'), world.file(node, 'evil')]).toEqual([undefined, undefined]);
  });

  it('document: runs an own document with its parameters, steps and preconditions', async () => {
    world.aws.documents.put({
      account: SPOKES[0],
      region: REGIONS[0],
      name: 'Deploy-App',
      content: {
        schemaVersion: '2.2',
        parameters: {
          Version: { type: 'String', allowedPattern: '[0-9.]+' },
          Mode: { type: 'String', default: 'rolling', allowedValues: ['rolling', 'at-once'] },
          Hosts: { type: 'StringList', default: ['a', 'b'] },
        },
        mainSteps: [
          {
            action: 'aws:runShellScript',
            name: 'fetch',
            inputs: { runCommand: ['echo "fetch {{ Version }} {{Mode}}" | tee -a "$HOME/steps"'] },
          },
          {
            action: 'aws:runPowerShellScript',
            name: 'windows',
            precondition: { StringEquals: ['platformType', 'Windows'] },
            inputs: { runCommand: ['Write-Output never'] },
          },
          {
            action: 'aws:runShellScript',
            name: 'start',
            precondition: { StringEquals: ['platformType', 'Linux'] },
            inputs: {
              runCommand: [
                'head -c 3000 /dev/zero | tr "\\\\0" x',
                'echo start >> "$HOME/steps"',
                'exit 3',
              ],
            },
          },
        ],
      },
    });
    const node = world.node({ tags: { Kind: 'own' } });
    const action = { type: 'document', name: 'Deploy-App', parameters: { Version: ['1.2'] } };
    await world.dispatch('own', request({ action, targets: only('own') }));
    expect(world.file(node, 'steps')).toBe('fetch 1.2 rolling\nstart\n');
    const row = rowOf('own', node.id);
    expect(row).toMatchObject({
      outcome: 'failed',
      exitCode: 3,
      stdout: { bytes: 18 + 3000, truncated: false, source: 'invocation' },
    });
    const stored = world.aws.s3.read(
      'fleetwide-results-111122223333-eu-west-1',
      row?.stdout?.key ?? '',
    );
    expect(stored?.toString()).toBe(`fetch 1.2 rolling\n${'x'.repeat(3000)}`);

    // What the document does not allow is each shard's refusal, by name.
    const wrong = { ...action, parameters: { Version: ['latest; rm -rf /'] } };
    await world.dispatch('own-wrong', request({ action: wrong, targets: only('own') }));
    expect(rowOf('own-wrong', node.id)).toMatchObject({
      outcome: 'undeliverable',
      reason: { code: 'InvalidParameters', message: expect.stringContaining('Version') },
    });
  });

  it('document: holds the version and the hash that the request names', async () => {
    const node = world.node({ tags: { Kind: 'hashed' } });
    const name = 'AWS-UpdateSSMAgent';
    const send = async (id: string, change: object) => {
      await world.dispatch(
        id,
        request({ action: { type: 'document', name, ...change }, targets: only('hashed') }),
      );
      return rowOf(id, node.id);
    };
    expect(await send('version-1', { version: '1' })).toMatchObject({ outcome: 'succeeded' });
    expect(world.plan('version-1').documents).toEqual([
      { name, version: '1', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(await send('version-7', { version: '7' })).toMatchObject({
      outcome: 'undeliverable',
      reason: { code: 'InvalidDocumentVersion' },
    });
    expect(await send('hash', { hash: 'f'.repeat(64) })).toMatchObject({
      outcome: 'undeliverable',
      reason: { code: 'InvalidDocument' },
    });
  });

  it('document: a shared one is found in the Region of each shard', async () => {
    const content = {
      schemaVersion: '2.2',
      mainSteps: [
        {
          action: 'aws:runShellScript',
          name: 'one',
          inputs: { runCommand: ['echo $AWS_SSM_REGION_NAME'] },
        },
      ],
    };
    for (const region of REGIONS)
      world.aws.documents.put({
        account: '999988887777',
        region,
        name: 'Shared',
        content,
        sharedWith: [SPOKES[0]],
      });
    const tags = { Kind: 'shared' };
    const nodes = REGIONS.map((region) => world.node({ region, tags }));
    const action = { type: 'document', name: 'arn:aws:ssm:*:999988887777:document/Shared' };
    const targets = { ...only('shared'), regions: [...REGIONS] };
    expect(await world.dispatch('shared', request({ action, targets }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(nodes.map((n) => rowOf('shared', n.id)?.stdout?.text)).toEqual(
      REGIONS.map((region) => `${region}\n`),
    );
  });

  it('document: one whose every step is for another platform did not succeed', async () => {
    world.aws.documents.put({
      account: SPOKES[0],
      region: REGIONS[0],
      name: 'Deploy-App',
      content: {
        schemaVersion: '2.2',
        mainSteps: ['Windows', 'MacOS'].map((platform) => ({
          action: 'aws:runShellScript',
          name: `for${platform}`,
          precondition: { StringEquals: ['platformType', platform] },
          inputs: { runCommand: ['true'] },
        })),
      },
    });
    const node = world.node({ tags: { Kind: 'idle' } });
    const action = { type: 'document', name: 'Deploy-App' };
    const ended = await world.dispatch('idle', request({ action, targets: only('idle') }));
    expect(ended.status).toBe('FAILED');
    expect(rowOf('idle', node.id)).toMatchObject({ outcome: 'invalidPlatform' });
  });

  it.each([
    ['AWS-RunPatchBaseline', { Operation: ['Scan'] }, 'Linux', 'PatchLinux'],
    [
      'AWS-ConfigureAWSPackage',
      { action: ['Install'], name: ['AmazonCloudWatchAgent'] },
      'Linux',
      'configurePackage',
    ],
    ['AWS-UpdateSSMAgent', {}, 'MacOS', 'aws:updateSsmAgent'],
    ['AWS-ApplyPatchBaseline', { Operation: ['Scan'] }, 'Windows', 'aws:runPowerShellScript'],
  ] as const)(
    'document: %s is simulated, and says so',
    async (name, parameters, platformType, step) => {
      const node = world.node({ tags: { Kind: name }, platformType });
      const action = { type: 'document', name, parameters };
      await world.dispatch(`sim-${name}`, request({ action, targets: only(name) }));
      expect(rowOf(`sim-${name}`, node.id)).toMatchObject({
        outcome: 'succeeded',
        stdout: { text: expect.stringMatching(/^simulated by the embedded AWS/) },
      });
      const path = join(world.aws.fleet.home(node.id), SIMULATED);
      expect(JSON.parse(readFileSync(path, 'utf-8'))).toMatchObject({ step });
    },
  );

  it('refuses a document that the spokes do not let it send, and names the remedy', async () => {
    const node = world.node({ tags: { Kind: 'refused' } });
    const action = { type: 'document', name: 'AWS-RunSaltState' };
    const ended = await world.dispatch('refused', request({ action, targets: only('refused') }));
    expect(ended).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
    expect(ended.cause).toContain('AWS-RunSaltState');
    expect(ended.cause).toContain('Add it to \\"documents\\" in fleetwide.config.json');
    expect(world.file(node, 'runs')).toBeUndefined();
  });

  it('refuses an inline script that Systems Manager could not take, and a Region without bucket', async () => {
    const script = { type: 'script', text: 'x'.repeat(50_000) };
    const large = request({ action: { ...script, delivery: 'inline' }, targets: only('none') });
    const ended = await world.dispatch('large', large);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
    expect(ended.cause).toContain('Give delivery \\"s3\\"');
    const targets = { ...only('none'), regions: ['ap-south-1'] };
    expect(await world.dispatch('no-bucket', request({ action: script, targets }))).toMatchObject({
      status: 'FAILED',
      error: 'ExchangeBucketMissing',
    });
  });
});
