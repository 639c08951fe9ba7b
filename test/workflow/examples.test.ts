/** Every example is run as it stands, on nodes that its targets match; what counts is what is on them afterwards. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseRequest, type Request } from '../../contract/request.ts';
import type { Row } from '../../contract/stored.ts';
import { deployStack } from '../../local/deploy/index.ts';
import { type Node, type NodeSpec, SIMULATED } from '../../local/fleet/index.ts';
import { cliOf } from './support/cli.ts';
import { inHours } from './support/later.ts';
import { BUCKET, HUB, makeWorld, type World } from './support/world.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const read = (...path: string[]): string => readFileSync(join(EXAMPLES, ...path), 'utf-8');

interface Seen {
  readonly world: World;
  /** One node of each shard of the request, or of the kinds that the example names. */
  readonly nodes: readonly Node[];
  readonly rows: readonly Row[];
}

interface Example {
  /** Kinds of nodes in each shard; default: one of Linux. */
  readonly kinds?: readonly Partial<NodeSpec>[];
  /** One more node that the request means, by its id. */
  readonly named?: Partial<NodeSpec>;
  readonly before?: (world: World, request: Request) => Promise<unknown>;
  /** Default: dispatched as it stands. Gives the id of the dispatch to look at. */
  readonly run?: (world: World, name: string, input: unknown) => Promise<string>;
  readonly look: (seen: Seen) => void;
}

const files = ({ world, nodes }: Seen, name: string) => nodes.map((n) => world.file(n, name));
const everywhere = (seen: Seen, value: unknown) => seen.nodes.map(() => value);
const earliest = (rows: readonly Row[]): number =>
  Math.min(...rows.flatMap((row) => (row.startedAt ? [Date.parse(row.startedAt)] : [])));
const succeeded = ({ rows }: Seen) => rows.every((row) => row.outcome === 'succeeded');

/** What a document that is only simulated leaves on each node. */
const simulated = (step: string, text: string): Example => ({
  look(seen) {
    expect(succeeded(seen)).toBe(true);
    for (const note of files(seen, SIMULATED))
      expect(JSON.parse(note ?? '{}')).toMatchObject({ step, text });
  },
});

/** A value of the two secrets. */
const TOKEN = 'correct horse battery';

const releases = (world: World, key: string, content: string | Uint8Array): void => {
  world.aws.s3.putBucket({ name: 'our-releases', account: HUB, region: 'us-east-1' });
  world.aws.s3.write('our-releases', key, content);
};

const SENT = ['C:\\Temp\\Größe & $(x)', "quiet; it's on", 'Clear-Temp.ps1', 'SHA-256 of'];

/** All texts that a text holds as base64, at any depth, and itself. */
function decodedIn(text: string): string {
  const codes = [...text.matchAll(/'([\w+/]{8,}={0,2})'/g)].map(([, code = '']) => code);
  return [text, ...codes.map((c) => decodedIn(Buffer.from(c, 'base64').toString('utf-8')))].join(
    '\n',
  );
}

const TABLE: Readonly<Record<string, Example>> = {
  'restart-service': {
    kinds: [{}, { platformType: 'Windows', behaviour: () => ({ stdout: 'restarted\r\n' }) }],
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      const linux = seen.nodes.filter((n) => n.platformType === 'Linux');
      expect(files({ ...seen, nodes: linux }, 'run/restarted')).not.toContain(undefined);
      expect(new Set(seen.rows.map((row) => row.stdout?.text?.trim()))).toEqual(
        new Set(['restarted']),
      );
    },
  },
  'rotate-logs': {
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      const text =
        "keep 3 of /var/log/app's.log\nkeep 3 of $(touch pwned) `touch pwned`; päivää\nkeep 3 of --no-prompt\n";
      expect(files(seen, 'rotated')).toEqual(everywhere(seen, text));
      expect(seen.rows.map((r) => r.stdout?.text)).toEqual(everywhere(seen, '3 logs\n'));
    },
  },
  'inline-script': {
    look(seen) {
      expect(files(seen, 'inventory.json')).toEqual(['{"owner": "Öfa & Söhne \\"GmbH\\""}']);
      expect(seen.rows.map((r) => r.stdout?.text)).toEqual(['{{ nothing in here is replaced }}\n']);
    },
  },
  secrets: {
    before: async (world) => {
      const place = { account: '222233334444', region: 'eu-west-1' };
      world.aws.secrets.put({ ...place, name: 'app/token', value: TOKEN });
      const user = world.aws.iam.createUser(place.account, 'owner', [
        { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      ]);
      const ssm = new SSMClient({
        endpoint: world.aws.url,
        region: place.region,
        credentials: user,
      });
      await ssm.send(
        new PutParameterCommand({
          Name: '/app/db/password',
          Value: TOKEN.toUpperCase(),
          Type: 'SecureString',
        }),
      );
      ssm.destroy();
    },
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      expect(files(seen, 'migrated')).toEqual(everywhere(seen, `${TOKEN.length} ${TOKEN.length}`));
      const { s3 } = seen.world.aws;
      for (const key of s3.list(BUCKET))
        expect([key, s3.read(BUCKET, key)?.toString().toLowerCase().includes(TOKEN)]).toEqual([
          key,
          false,
        ]);
    },
  },
  'run-as-user': {
    kinds: [{}, { platformType: 'Windows' }],
    look({ nodes, rows }) {
      const windows = nodes.filter((node) => node.platformType === 'Windows').map((n) => n.id);
      for (const { node, outcome, stdout, reason } of rows)
        if (windows.includes(node))
          expect([outcome, reason?.message]).toEqual([
            'skipped',
            'no variant for platform: the request has no windows lines',
          ]);
        // Who may not change the user can only see that nothing is executed then.
        else if (process.getuid?.() === 0)
          expect(stdout?.text).toMatch(/^nobody\n\S+ [^\n]*\/usr\/bin[^\n]*\n0\n$/);
        else expect(outcome).toBe('failed');
    },
  },
  'windows-script': {
    // Windows is not at hand: the node says which of these it was sent, once that is decoded.
    kinds: [
      {
        platformType: 'Windows',
        behaviour: (_node, { steps }) => {
          const sent = decodedIn(JSON.stringify(steps));
          return { stdout: SENT.filter((data) => sent.includes(data)).join('\n') };
        },
      },
    ],
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      expect(seen.rows.map((row) => row.stdout?.text)).toEqual([SENT.join('\n')]);
    },
  },
  'script-from-s3': {
    before: async (world) =>
      releases(world, 'apps/deploy.sh', 'printf "%s" "$1" > "$HOME/deployed"\n'),
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      expect(files(seen, 'deployed')).toEqual(everywhere(seen, 'release 41'));
    },
  },
  'copy-directory': {
    before: async (world, request) => {
      const directory = mkdtempSync(join(tmpdir(), 'fleetwide-site-'));
      mkdirSync(join(directory, 'a b'));
      writeFileSync(join(directory, 'a b', 'index.html'), '<h1>41</h1>\n');
      releases(world, 'apps/site.tar.gz', execFileSync('tar', ['-C', directory, '-czf', '-', '.']));
      rmSync(directory, { recursive: true });
      for (const region of request.targets.regions)
        for (const node of world.aws.fleet.nodes('222233334444', region)) {
          const old = join(world.aws.fleet.home(node.id), 'www/site');
          mkdirSync(old, { recursive: true });
          writeFileSync(join(old, 'gone.html'), 'old');
        }
    },
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      expect(files(seen, 'www/site/a b/index.html')).toEqual(everywhere(seen, '<h1>41</h1>\n'));
      expect(files(seen, 'www/site/gone.html')).toEqual(everywhere(seen, undefined));
    },
  },
  'fetch-file': {
    before: async (world, request) => {
      for (const region of request.targets.regions)
        for (const node of world.aws.fleet.nodes('222233334444', region)) {
          const directory = join(world.aws.fleet.home(node.id), 'log');
          mkdirSync(directory, { recursive: true });
          writeFileSync(join(directory, 'app.log'), `from ${node.id}\n`);
        }
    },
    look({ world, rows }) {
      for (const { node, outcome, file } of rows) {
        expect([outcome, file?.path]).toEqual(['succeeded', '~/log/app.log']);
        expect(world.aws.s3.read(BUCKET, file?.key ?? '')?.toString()).toBe(`from ${node}\n`);
      }
    },
  },
  'copy-from-node': {
    named: { account: '333344445555', id: 'i-0aa0bb1cc2dd3ee4f' },
    before: async (world) => {
      const directory = join(world.aws.fleet.home('i-0aa0bb1cc2dd3ee4f'), 'tuned');
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'app.conf'), 'threads = 12\n');
    },
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      const { nodes, rows } = seen;
      expect(nodes.map((node) => seen.world.file(node, 'app/app.conf'))).toEqual(
        nodes.map((node) => (node.id === 'i-0aa0bb1cc2dd3ee4f' ? undefined : 'threads = 12\n')),
      );
      expect(rows.filter((row) => row.wave === 1).map((row) => row.node)).toEqual([
        'i-0aa0bb1cc2dd3ee4f',
      ]);
    },
  },
  'copy-file': {
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      expect(files(seen, 'app/app.conf')).toEqual(
        everywhere(seen, 'listen = 8080\nmotd = "Grüß Gott, {{ user }}"\n'),
      );
    },
  },
  'deploy-app': {
    before: async (world, { targets }) => {
      const template: unknown = JSON.parse(read('deploy-app', 'template.json'));
      for (const account of targets.accounts)
        for (const region of targets.regions)
          await deployStack({ stackName: 'App', account, region, template }, world.aws.target);
    },
    look(seen) {
      expect(files(seen, 'app/version')).toEqual(['2.4.1\n']);
      expect(seen.rows).toMatchObject([
        { outcome: 'succeeded', exitCode: 0, stdout: { text: 'installed\n2.4.1\n' } },
      ]);
    },
  },
  'patch-scan': simulated(
    'PatchLinux',
    'AWS-RunPatchBaseline Operation=Scan RebootOption=NoReboot',
  ),
  'apply-patch-baseline': {
    kinds: [{ platformType: 'Windows' }, {}],
    look(seen) {
      const outcomes = new Map(seen.rows.map((row) => [row.node, row.outcome]));
      expect(seen.nodes.map((n) => outcomes.get(n.id))).toEqual(['succeeded', 'invalidPlatform']);
      const [windows, linux] = files(seen, SIMULATED);
      expect(JSON.parse(windows ?? '{}')).toMatchObject({
        text: 'AWS-ApplyPatchBaseline Operation=Scan',
      });
      expect(linux).toBeUndefined();
    },
  },
  'install-package': simulated(
    'configurePackage',
    'AWS-ConfigureAWSPackage action=Install installationType=Uninstall and reinstall name=AmazonCloudWatchAgent additionalArguments={}',
  ),
  'careful-rollout': {
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      expect(files(seen, 'rolled-out')).toEqual(everywhere(seen, ''));
      const waves = [1, 2, 3].map((wave) => seen.rows.filter((row) => row.wave === wave));
      expect(waves.map((wave) => wave.length)).toEqual([1, 2, 3]);
      const [, second = 0, third = 0] = waves.map((rows) => earliest(rows));
      expect(third - second).toBeGreaterThanOrEqual(900_000);
    },
  },
  'run-a-plan': {
    async run(world, _name, input) {
      await world.dispatch('api-plan', input);
      expect(world.aws.fleet.executions()).toBe(0);
      await world.dispatch('api', { plan: 'api-plan' });
      return 'api';
    },
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      expect(files(seen, 'as-planned')).toEqual(everywhere(seen, ''));
      const [then, now] = [seen.world.plan('api-plan'), seen.world.plan('api')];
      expect([now.sha256, now.seed]).toEqual([then.sha256, 'api-plan']);
    },
  },
  'time-limits': {
    kinds: [{}, { responsive: false }],
    async run(world, name, input) {
      const many = { ...Object(input), maxNodes: 3 };
      expect(await world.dispatch('too-many', many)).toMatchObject({ error: 'TooManyNodes' });
      expect(world.aws.fleet.executions()).toBe(0);
      await world.dispatch(name, input);
      return name;
    },
    look(seen) {
      const ends = new Set(seen.rows.map((row) => `${row.outcome} ${row.reason?.code}`));
      expect(ends).toEqual(
        new Set(['timedOut ExecutionTimedOut', 'undeliverable DeliveryTimedOut']),
      );
      expect(files(seen, 'began').filter((file) => file !== undefined)).toHaveLength(
        seen.nodes.length / 2,
      );
      expect(files(seen, 'done')).toEqual(everywhere(seen, undefined));
    },
  },
  'first-request': {
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      expect(seen.rows.map((row) => row.stdout?.text)).toEqual(
        everywhere(seen, `${cpus().length}\n`),
      );
      expect(new Set(seen.rows.map((row) => row.wave)).size).toBeGreaterThan(1);
    },
  },
  'approved-rollout': {
    async run(world, name, input) {
      const cli = cliOf(world);
      const arn = await world.start(name, input);
      await inHours(world, 1, async () => {
        expect(world.aws.fleet.executions()).toBe(1);
        expect((await cli('approve', name, '--wave', '2', '--reason', 'change 4711')).code).toBe(0);
      });
      expect((await world.ended(arn)).status).toBe('SUCCEEDED');
      return name;
    },
    look(seen) {
      expect(succeeded(seen)).toBe(true);
      expect(files(seen, 'approved')).toEqual(everywhere(seen, ''));
      expect(seen.world.report('approved-rollout').approvals).toMatchObject([
        { wave: 2, approved: true, reason: 'change 4711' },
      ]);
    },
  },
  'run-once': {
    async run(world, name, input) {
      await world.dispatch(name, input);
      expect((await world.dispatch('once-more', input)).output).toMatchObject({
        dropped: { reason: 'duplicate', by: name },
      });
      return name;
    },
    look(seen) {
      expect(files(seen, 'migrations')).toEqual(everywhere(seen, 'migrated\n'));
    },
  },
  'maintenance-window': {
    look(seen) {
      expect(files(seen, 'maintained').filter((file) => file === '').length).toBe(1);
      expect(seen.world.report('maintenance-window')).toMatchObject({
        error: 'WindowClosed',
        counts: { succeeded: 1, skipped: 1 },
      });
      expect(earliest(seen.rows)).toBeGreaterThanOrEqual(Date.parse('2026-11-21T21:00:00Z'));
    },
  },
  'long-output': {
    look(seen) {
      for (const row of seen.rows)
        expect(row.stdout).toMatchObject({ source: 's3', bytes: 60_000, truncated: false });
    },
  },
  'logged-output': {
    look(seen) {
      for (const row of seen.rows)
        expect(row.stdout).toMatchObject({ source: 'cloudwatch', bytes: 60_007, truncated: false });
    },
  },
  'update-agent': simulated('aws:updateSsmAgent', 'AWS-UpdateSSMAgent allowDowngrade=false'),
};

describe('examples', () => {
  it('are all run, and each has a README that shows how', () => {
    // Run elsewhere: targets.test.ts, awsExamples.test.ts (Automation), notificationExamples.test.ts (stacks).
    const folders = readdirSync(EXAMPLES)
      .filter((folder) => !['targets', 'aws', 'notifications', 'own-app'].includes(folder))
      .toSorted();
    expect(folders).toEqual(Object.keys(TABLE).toSorted());
    for (const folder of folders)
      expect(read(folder, 'README.md')).toContain(`--request examples/${folder}/request.json`);
  });

  describe.each(Object.entries(TABLE))('%s', (name, { kinds = [{}], named, before, run, look }) => {
    let world: World;
    beforeAll(async () => {
      world = await makeWorld();
    });
    afterAll(() => world.close());

    it('does on the nodes what it says', async () => {
      const input: unknown = JSON.parse(read(name, 'request.json'));
      const request = parseRequest(input);
      const tags = Object.fromEntries(
        Object.entries(request.targets.tags ?? {}).map(([key, [value = '']]) => [key, value]),
      );
      const nodes = request.targets.accounts.flatMap((account) =>
        request.targets.regions.flatMap((region) =>
          kinds.map((kind) => world.node({ account, region, tags, ...kind })),
        ),
      );
      if (named) nodes.push(world.node(named));
      await before?.(world, request);
      const id = run ? await run(world, name, input) : name;
      if (!run) await world.dispatch(name, input);
      const rows = world.rows(id);
      expect(rows.map((row) => row.node).toSorted()).toEqual(nodes.map((n) => n.id).toSorted());
      look({ world, nodes, rows });
    });
  });
});
