/** A frozen plan is what runs, or nothing is. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../contract/names.ts';
import type { Node } from '../../local/fleet/index.ts';
import { textOf } from './support/causes.ts';
import { cliOf } from './support/cli.ts';
import { BUCKET, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const [ACCOUNT] = SPOKES;
const [REGION] = REGIONS;

describe('a plan that was frozen', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ spokes: [ACCOUNT] });
  });
  afterAll(() => world.close());

  const fleet = (kind: string, count = 3): Node[] =>
    Array.from({ length: count }, () => world.node({ tags: { Kind: kind } }));
  const plan = async (id: string, kind: string, change: object = {}) => {
    const ended = await world.dispatch(
      id,
      request({
        mode: 'plan',
        targets: { accounts: [ACCOUNT], regions: [...REGIONS], tags: { Kind: [kind] } },
        action: { type: 'command', linux: [`touch "$HOME/${kind}"`] },
        waves: ['1', '100%'],
        ...change,
      }),
    );
    expect(ended.status).toBe('SUCCEEDED');
  };
  const document = (text: string) =>
    world.aws.documents.put({
      account: ACCOUNT,
      region: REGION,
      name: 'Deploy-App',
      content: {
        schemaVersion: '2.2',
        description: 'own',
        mainSteps: [
          { action: 'aws:runShellScript', name: 'go', inputs: { runCommand: [`touch ${text}`] } },
        ],
      },
    });
  const ran = (nodes: readonly Node[], file: string) =>
    nodes.filter((n) => world.file(n, file) !== undefined).length;

  it('runs node for node as it was planned, by the CLI, in the name of who runs it', async () => {
    const nodes = fleet('steady');
    await plan('steady-plan', 'steady');
    expect(ran(nodes, 'steady')).toBe(0);
    const { code, stdout } = await cliOf(world)(
      'apply',
      'steady-plan',
      '--name',
      'steady',
      '--yes',
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining('3 succeeded')]);
    expect(ran(nodes, 'steady')).toBe(3);
    const [then, now] = [world.plan('steady-plan'), world.plan('steady')];
    expect(now).toMatchObject({ sha256: then.sha256, waves: then.waves, planOf: 'steady-plan' });
    expect(now.documents).toMatchObject([{ name: 'AWS-RunShellScript', version: '1' }]);
    expect(now.documents[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(world.report('steady').requester).toBe('jane.doe');
  });

  it('sends to a node that does not answer now as well: it was planned', async () => {
    const [node] = fleet('quiet', 2);
    await plan('quiet-plan', 'quiet');
    if (node) world.aws.fleet.update(node.id, { pingStatus: 'ConnectionLost' });
    await world.dispatch('quiet', { plan: 'quiet-plan' });
    const outcomes = new Map(world.rows('quiet').map((row) => [row.node, row.outcome]));
    expect(outcomes.get(node?.id ?? '')).toBe('undeliverable');
  });

  it('is refused when nodes came or went, each named, and nothing runs', async () => {
    const nodes = fleet('moving');
    await plan('moving-plan', 'moving');
    const [gone] = nodes;
    if (gone) world.aws.fleet.update(gone.id, { tags: {} });
    const came = world.node({ tags: { Kind: 'moving' }, region: REGIONS[1] });
    const ended = await world.dispatch('moving', { plan: 'moving-plan' });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'PlanMoved' });
    const text = textOf(ended);
    expect(text).toContain(
      `- nodes: 1 match now and did not then: ${ACCOUNT}/us-east-1/${came.id}`,
    );
    expect(text).toContain(
      `- nodes: 1 matched then and do not now: ${ACCOUNT}/${REGION}/${gone?.id}`,
    );
    expect(ran([...nodes, came], 'moving')).toBe(0);
  });

  it('is refused when a document has another content, which is named', async () => {
    fleet('deployed', 1);
    document('first');
    await plan('deployed-plan', 'deployed', { action: { type: 'document', name: 'Deploy-App' } });
    document('second');
    const before = world.aws.fleet.executions();
    const ended = await world.dispatch('deployed', { plan: 'deployed-plan' });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'PlanMoved' });
    expect(textOf(ended)).toMatch(
      /- documents: Deploy-App version 1 [0-9a-f]{64} is now version 2 [0-9a-f]{64} \(in /,
    );
    expect(world.aws.fleet.executions()).toBe(before);
  });

  it('cannot be run when its documents cannot be looked into', async () => {
    fleet('hidden', 1);
    await plan('hidden-plan', 'hidden', {
      action: { type: 'document', name: 'Deploy-App', version: '99' },
    });
    const ended = await world.dispatch('hidden', { plan: 'hidden-plan' });
    expect(ended.error).toBe('PlanMoved');
    expect(textOf(ended)).toContain('Deploy-App could not be read then');
  });

  it('is not there: of a dispatch that never was, that ran, or that ended before it had one', async () => {
    fleet('run', 1);
    await plan('ran', 'run', { mode: 'run' });
    expect(await world.dispatch('of-nothing', { plan: 'never-was' })).toMatchObject({
      status: 'FAILED',
      error: 'PlanMissing',
    });
    const ofRun = await world.dispatch('of-run', { plan: 'ran' });
    expect(ofRun.error).toBe('PlanMissing');
    expect(textOf(ofRun)).toContain('dispatch ran was no plan, it ran');
    await world.dispatch('too-many', request({ mode: 'plan', maxNodes: 1 }));
    expect((await world.dispatch('of-none', { plan: 'too-many' })).error).toBe('PlanMissing');
  });

  it('is refused when somebody changed it', async () => {
    const [node] = fleet('forged', 1);
    await plan('forged-plan', 'forged');
    const key = keys.slice('forged-plan', 0, 0);
    const slice = String(world.aws.s3.read(BUCKET, key));
    world.aws.s3.write(BUCKET, key, slice.replace(node?.id ?? '', 'i-0000000000000000f'));
    const ended = await world.dispatch('forged', { plan: 'forged-plan' });
    expect(ended.error).toBe('StoredObjectInvalid');
    expect(textOf(ended)).toContain(keys.plan('forged-plan'));
  });

  it.each([
    ['anything beside the plan', { plan: 'steady-plan', waves: ['100%'] }, 'waves'],
    ['a plan that is no id', { plan: 's3://x' }, 'plan'],
  ])('does not take %s', async (_what, input, path) => {
    const ended = await world.dispatch(`beside-${path}`, input);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
    expect(textOf(ended)).toContain(`- ${path}: `);
  });
});

describe('what was frozen of a document', () => {
  it('is what all waves run: after a change in between nothing of it is sent', async () => {
    const world = await makeWorld({ spokes: [ACCOUNT] });
    const nodes = [1, 2, 3].map(() => world.node({}));
    const put = (text: string) =>
      world.aws.documents.put({
        account: ACCOUNT,
        region: REGION,
        name: 'Deploy-App',
        content: {
          schemaVersion: '2.2',
          description: 'own',
          mainSteps: [
            {
              action: 'aws:runShellScript',
              name: 'go',
              inputs: { runCommand: [`echo ${text} > "$HOME/deployed"`] },
            },
          ],
        },
      });
    put('first');
    const id = await world.start(
      'changed',
      request({
        action: { type: 'document', name: 'Deploy-App' },
        targets: { accounts: [ACCOUNT], regions: [REGION], allNodes: true },
        waves: ['1', '100%'],
        pauseBetween: 3600,
        errorBudget: 5,
      }),
    );
    world.aws.clock.after(1_800_000, () => put('second'));
    await world.ended(id);
    const texts = nodes.map((n) => world.file(n, 'deployed'));
    expect(texts.filter((text) => text === 'first\n').length).toBe(1);
    expect(texts.filter((text) => text === undefined).length).toBe(2);
    const rows = world.rows('changed').filter((r) => r.wave === 2);
    expect(rows.map((r) => [r.outcome, r.reason?.code])).toEqual([
      ['undeliverable', 'InvalidDocument'],
      ['undeliverable', 'InvalidDocument'],
    ]);
    expect(world.aws.ledger.total('ssm:DescribeDocument')).toBe(1);
    await world.close();
  });
});
