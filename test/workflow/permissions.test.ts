import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DISPATCH_ROLE, functionName, keys } from '../../contract/names.ts';
import { sleep } from '../../local/core/clock.ts';
import type { Statement } from '../../local/core/policy.ts';
import type { Node } from '../../local/fleet/index.ts';
import { textOf } from './support/causes.ts';
import { changeTrust, roleOf, templatesWithout, without } from './support/mutations.ts';
import { BUCKET, HUB, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const [FIRST, SECOND, THIRD] = SPOKES;
/** Both Regions of an account. */
const shardsOf = (...accounts: readonly string[]) =>
  accounts.flatMap((account) => REGIONS.map((region) => `${account}/${region}`)).toSorted();
const NOWHERE: readonly string[] = [];
const EVERYWHERE: readonly string[] = SPOKES;
const HOME = SPOKES.map((account) => `${account}/${REGIONS[0]}`);

/** One node in each account, in the first Region; each dispatch leaves a line in a file of its own name. */
const populate = (world: World): Node[] => SPOKES.map((account) => world.node({ account }));
const run = (world: World, id: string, linux: readonly string[] = []) =>
  world.dispatch(
    id,
    request({
      action: { type: 'command', linux: [`echo ran >> "$HOME/${id}"`, ...linux] },
      // So that a command that nobody can look at expires soon.
      timeouts: { deliverySeconds: 30, executionSeconds: 5 },
    }),
  );
const ranOn = (world: World, nodes: readonly Node[], id: string) =>
  nodes.filter((node) => world.file(node, id) !== undefined).map((node) => node.account);

/** Shards that the report says were denied `action`: as a whole, or for a node of theirs. */
function deniedIn(world: World, id: string, action: string): readonly string[] {
  const all = [...world.report(id).skippedShards, ...(hasRows(world, id) ? world.rows(id) : [])];
  const denied = all.filter(
    ({ reason }) => reason?.code === 'AccessDenied' && reason.action === action,
  );
  return [...new Set(denied.map(({ account, region }) => `${account}/${region}`))].toSorted();
}
const hasRows = (world: World, id: string) => world.report(id).matched > 0;
const outcomes = (world: World, id: string) =>
  Object.fromEntries(world.rows(id).map((row) => [row.account, row.outcome]));
/** Rows that give a reason: none, where all is well. */
const blamed = (world: World, id: string) =>
  world
    .rows(id)
    .filter((row) => row.reason)
    .map((row) => row.account);

describe('a template without a permission', () => {
  const inWorld = async (
    action: string,
    roleName: string,
    look: (world: World, nodes: readonly Node[]) => Promise<void>,
  ) => {
    const world = await makeWorld({ mutate: templatesWithout(action, roleName) });
    try {
      await look(world, populate(world));
    } finally {
      await world.close();
    }
  };

  it('sts:AssumeRole for Discover: every shard is denied, and nothing is sent', () =>
    inWorld('sts:AssumeRole', functionName('discover'), async (world, nodes) => {
      const ended = await run(world, 'blind');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NothingMatched' });
      expect(textOf(ended)).toContain('AccessDenied sts:AssumeRole');
      expect(deniedIn(world, 'blind', 'sts:AssumeRole')).toEqual(shardsOf(...SPOKES));
      expect(ranOn(world, nodes, 'blind')).toEqual([]);
    }));

  it('ssm:SendCommand for the dispatch role: every node is denied', () =>
    inWorld('ssm:SendCommand', DISPATCH_ROLE, async (world, nodes) => {
      const ended = await run(world, 'mute');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(world.report('mute').counts).toEqual({ denied: 3 });
      expect(deniedIn(world, 'mute', 'ssm:SendCommand')).toEqual(HOME);
      expect(ranOn(world, nodes, 'mute')).toEqual([]);
    }));

  it('s3:PutObject for Admit: the first write is the last', () =>
    inWorld('s3:PutObject', functionName('admit'), async (world, nodes) => {
      const ended = await run(world, 'shut');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
      expect(textOf(ended)).toContain(`s3:PutObject on s3://${BUCKET}/${keys.request('shut')}`);
      expect(world.aws.s3.list(BUCKET)).toEqual([]);
      expect(ranOn(world, nodes, 'shut')).toEqual([]);
    }));
});

describe('a permission that is missing', () => {
  let world: World;
  let nodes: Node[];
  let hubOrganisation: string | undefined = 'o-a1b2c3d4e5';
  beforeAll(async () => {
    world = await makeWorld({
      organizationOf: (account) => (account === HUB ? hubOrganisation : 'o-a1b2c3d4e5'),
    });
    nodes = populate(world);
  });
  afterAll(() => world.close());

  const hubRole = (step: Parameters<typeof functionName>[0]) =>
    roleOf(world, HUB, functionName(step));
  const spokeRole = (account: string) => roleOf(world, account, DISPATCH_ROLE);
  const runsOnceEverywhere = (id: string) =>
    expect(nodes.map((node) => world.file(node, id))).toEqual(nodes.map(() => 'ran\n'));
  /** A dispatch that fails does not wait for the commands that are out. */
  const commandsEnd = () => sleep(world.aws.clock, 60_000);
  /** Nothing else is broken: with the permission back, the same world does its work. */
  const works = async (id: string) => {
    const { status } = await run(world, id);
    return { status, blamed: blamed(world, id), ran: ranOn(world, nodes, id) };
  };
  const WELL = { status: 'SUCCEEDED', blamed: [], ran: SPOKES };

  describe('sts:AssumeRole of', () => {
    const lose = (step: Parameters<typeof functionName>[0], id: string) =>
      without(world, hubRole(step), 'sts:AssumeRole', () => run(world, id));

    it('Discover: no shard can be read', async () => {
      const ended = await lose('discover', 'no-discover');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NothingMatched' });
      expect(deniedIn(world, 'no-discover', 'sts:AssumeRole')).toEqual(shardsOf(...SPOKES));
      expect(ranOn(world, nodes, 'no-discover')).toEqual([]);
    });

    it('Discover in all accounts but one: that one is dispatched to', async () => {
      // The policy names every account by a pattern; one that names a single account allows only that.
      const role = hubRole('discover');
      const only = {
        Effect: 'Allow',
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Resource: spokeRole(THIRD).arn,
      } as const;
      world.aws.iam.putInlinePolicy(role.arn, 'only', { Statement: only });
      const ended = await without(world, role, 'sts:AssumeRole', () => run(world, 'only-third'));
      world.aws.iam.deleteInlinePolicy(role.arn, 'only');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(deniedIn(world, 'only-third', 'sts:AssumeRole')).toEqual(shardsOf(FIRST, SECOND));
      expect(outcomes(world, 'only-third')).toEqual({ [THIRD]: 'succeeded' });
      expect(ranOn(world, nodes, 'only-third')).toEqual([THIRD]);
    });

    it('Send: nothing runs, every node is denied', async () => {
      const ended = await lose('send', 'no-send');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(world.report('no-send').counts).toEqual({ denied: 3 });
      expect(deniedIn(world, 'no-send', 'sts:AssumeRole')).toEqual(HOME);
      expect(ranOn(world, nodes, 'no-send')).toEqual([]);
    });

    it('Poll: nobody sees the commands end, Collect still tells how', async () => {
      await lose('poll', 'no-poll');
      expect(world.report('no-poll').counts).toEqual({ succeeded: 3 });
      runsOnceEverywhere('no-poll');
      expect(deniedIn(world, 'no-poll', 'sts:AssumeRole')).toEqual(HOME);
    });

    it('Collect: it ran, and how it ended is unknown', async () => {
      const ended = await lose('collect', 'no-collect');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(world.report('no-collect').counts).toEqual({ unknown: 3 });
      expect(deniedIn(world, 'no-collect', 'sts:AssumeRole')).toEqual(HOME);
      runsOnceEverywhere('no-collect');
    });

    it('nobody any more: all is well', async () => expect(await works('all-assume')).toEqual(WELL));
  });

  describe('in one spoke:', () => {
    const others = { [FIRST]: 'succeeded', [THIRD]: 'succeeded' };
    const lose = (action: string, id: string, linux?: readonly string[]) =>
      without(world, spokeRole(SECOND), action, () => run(world, id, linux));

    it('ssm:SendCommand', async () => {
      const ended = await lose('ssm:SendCommand', 'no-command');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(outcomes(world, 'no-command')).toEqual({ ...others, [SECOND]: 'denied' });
      expect(deniedIn(world, 'no-command', 'ssm:SendCommand')).toEqual([HOME[1]]);
      expect(blamed(world, 'no-command')).toEqual([SECOND]);
      expect(ranOn(world, nodes, 'no-command')).toEqual([FIRST, THIRD]);
    });

    it('ssm:SendCommand to nodes, though the document is allowed', async () => {
      await without(
        world,
        spokeRole(SECOND),
        'ssm:SendCommand',
        () => run(world, 'no-nodes'),
        (resource) => !resource.includes(':document/'),
      );
      expect(outcomes(world, 'no-nodes')).toEqual({ ...others, [SECOND]: 'denied' });
      expect(deniedIn(world, 'no-nodes', 'ssm:SendCommand')).toEqual([HOME[1]]);
      expect(ranOn(world, nodes, 'no-nodes')).toEqual([FIRST, THIRD]);
    });

    it('ssm:DescribeInstanceInformation', async () => {
      const ended = await lose('ssm:DescribeInstanceInformation', 'no-list');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(textOf(ended)).toContain(`${HOME[1]} AccessDenied ssm:DescribeInstanceInformation`);
      expect(outcomes(world, 'no-list')).toEqual(others);
      expect(deniedIn(world, 'no-list', 'ssm:DescribeInstanceInformation')).toEqual(
        shardsOf(SECOND),
      );
      expect(ranOn(world, nodes, 'no-list')).toEqual([FIRST, THIRD]);
    });

    it('ssm:ListCommands', async () => {
      await lose('ssm:ListCommands', 'no-look');
      // Its command is followed no further than it can live; the invocations tell the truth.
      expect(outcomes(world, 'no-look')).toEqual({ ...others, [SECOND]: 'succeeded' });
      runsOnceEverywhere('no-look');
      expect(deniedIn(world, 'no-look', 'ssm:ListCommands')).toEqual([HOME[1]]);
    });

    it('ssm:ListCommandInvocations', async () => {
      const ended = await lose('ssm:ListCommandInvocations', 'no-rows');
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(outcomes(world, 'no-rows')).toEqual({ ...others, [SECOND]: 'unknown' });
      expect(deniedIn(world, 'no-rows', 'ssm:ListCommandInvocations')).toEqual([HOME[1]]);
      expect(blamed(world, 'no-rows')).toEqual([SECOND]);
      runsOnceEverywhere('no-rows');
    });

    it('ssm:GetCommandInvocation: the text stays cut, and says so', async () => {
      const long = ["head -c 20000 /dev/zero | tr '\\0' x"];
      await lose('ssm:GetCommandInvocation', 'no-text', long);
      const byAccount = Object.fromEntries(world.rows('no-text').map((r) => [r.account, r.stdout]));
      expect(byAccount).toMatchObject({
        [FIRST]: { bytes: 20_000, truncated: false },
        [SECOND]: { truncated: true, source: 'invocations' },
        [THIRD]: { bytes: 20_000, truncated: false },
      });
      runsOnceEverywhere('no-text');
      expect(deniedIn(world, 'no-text', 'ssm:GetCommandInvocation')).toEqual([HOME[1]]);
    });

    it('none any more: all is well', async () => expect(await works('all-actions')).toEqual(WELL));
  });

  describe('s3:PutObject of', () => {
    const lose = (step: Parameters<typeof functionName>[0], id: string, kind = '') =>
      without(
        world,
        hubRole(step),
        's3:PutObject',
        () => run(world, id),
        (resource) => resource.includes(kind),
      );

    it.each([
      { step: 'admit', runs: NOWHERE, key: keys.request },
      {
        step: 'discover',
        runs: NOWHERE,
        key: (id: string) => `${keys.root(id)}/inventory/`,
      },
      { step: 'freeze', runs: NOWHERE, key: (id: string) => keys.slice(id, 0, 0) },
      { step: 'send', runs: NOWHERE, key: (id: string) => keys.root(id) },
      { step: 'poll', runs: EVERYWHERE, key: (id: string) => keys.progress(id, 0, 0) },
      { step: 'collect', runs: EVERYWHERE, key: (id: string) => keys.root(id) },
      { step: 'report', runs: EVERYWHERE, key: (id: string) => keys.report(id, 'csv') },
    ] as const)('$step: the execution fails with that', async ({ step, runs, key }) => {
      const id = `unwritten-${step}`;
      const ended = await lose(step, id);
      expect(ended.status).toBe('FAILED');
      await commandsEnd();
      for (const node of nodes)
        expect(world.file(node, id)).toBe(runs.includes(node.account) ? 'ran\n' : undefined);
      expect(ended.error).toBe('AccessDenied');
      expect(textOf(ended)).toContain(`s3:PutObject on s3://${BUCKET}/${key(id)}`);
    });

    it('send, for its notebook only: what was sent is not sent again', async () => {
      const ended = await lose('send', 'no-notebook', '/progress/');
      expect(ended.status).toBe('FAILED');
      await commandsEnd();
      runsOnceEverywhere('no-notebook');
      expect(ended.error).toBe('AccessDenied');
      expect(textOf(ended)).toContain(keys.progress('no-notebook', 0, 0));
    });

    it('the state machine, for what the map leaves: it fails by the name AWS has for that', async () => {
      const role = roleOf(world, HUB, 'fleetwide-state-machine');
      const ended = await without(world, role, 's3:PutObject', () => run(world, 'unmapped'));
      expect(ended).toMatchObject({ status: 'FAILED', error: 'States.ResultWriterFailed' });
      expect(textOf(ended)).toContain('s3:PutObject');
      expect(textOf(ended)).toContain(`${BUCKET}/${keys.mapRun('unmapped', '')}`);
      for (const node of nodes)
        expect([undefined, 'ran\n']).toContain(world.file(node, 'unmapped'));
    });

    it('nobody any more: all is well', async () => expect(await works('all-writes')).toEqual(WELL));
  });

  describe('in the trust of a spoke', () => {
    const entering = ({ Action }: Statement) => [Action].flat().includes('sts:AssumeRole');
    const conditionOf = (statement: Statement, key: string, value: string | undefined) => {
      const { [key]: _, ...rest } = statement.Condition?.['StringEquals'] ?? {};
      const StringEquals = value === undefined ? rest : { ...rest, [key]: value };
      return { ...statement, Condition: { ...statement.Condition, StringEquals } };
    };
    const trusting = async (
      id: string,
      changes: Readonly<Record<string, (statement: Statement) => Statement | undefined>>,
    ) => {
      const restore = Object.entries(changes).map(([account, change]) =>
        changeTrust(world, spokeRole(account), change),
      );
      const ended = await run(world, id);
      for (const each of restore) each();
      return ended;
    };

    it('another ExternalId, another hub, no sts:SetSourceIdentity: each is denied by its action', async () => {
      const ended = await trusting('distrusted', {
        [FIRST]: (s) => (entering(s) ? conditionOf(s, 'sts:ExternalId', 'some-other-id-0001') : s),
        [SECOND]: (s) => ({ ...s, Principal: { AWS: 'arn:aws:iam::999988887777:root' } }),
        [THIRD]: (s) => (entering(s) ? s : undefined),
      });
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NothingMatched' });
      expect(deniedIn(world, 'distrusted', 'sts:AssumeRole')).toEqual(shardsOf(FIRST, SECOND));
      expect(deniedIn(world, 'distrusted', 'sts:SetSourceIdentity')).toEqual(shardsOf(THIRD));
      expect(ranOn(world, nodes, 'distrusted')).toEqual([]);
    });

    it('another ExternalId in one: the others are dispatched to', async () => {
      const ended = await trusting('one-other-id', {
        [SECOND]: (s) => (entering(s) ? conditionOf(s, 'sts:ExternalId', 'some-other-id-0001') : s),
      });
      expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
      expect(deniedIn(world, 'one-other-id', 'sts:AssumeRole')).toEqual(shardsOf(SECOND));
      expect(outcomes(world, 'one-other-id')).toEqual({
        [FIRST]: 'succeeded',
        [THIRD]: 'succeeded',
      });
    });

    it('a role of the hub that is no dispatcher: denied', async () => {
      const ended = await trusting('other-path', {
        [FIRST]: (s) => ({
          ...s,
          Condition: {
            ...s.Condition,
            ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${HUB}:role/fleetwide/hub/*` },
          },
        }),
      });
      expect(ended.status).toBe('FAILED');
      expect(deniedIn(world, 'other-path', 'sts:AssumeRole')).toEqual(shardsOf(FIRST));
      expect(ranOn(world, nodes, 'other-path')).toEqual([SECOND, THIRD]);
    });

    it.each(['o-9z8y7x6w5v', undefined])(
      'its organisation, with the hub in %s: denied everywhere',
      async (organisation) => {
        const id = `outside-${organisation ?? 'none'}`;
        hubOrganisation = organisation;
        const ended = await run(world, id);
        hubOrganisation = 'o-a1b2c3d4e5';
        expect(ended).toMatchObject({ status: 'FAILED', error: 'NothingMatched' });
        expect(deniedIn(world, id, 'sts:AssumeRole')).toEqual(shardsOf(...SPOKES));
        expect(ranOn(world, nodes, id)).toEqual([]);
      },
    );

    it('no condition on the ExternalId: STS lets it pass, so test/infra has to see it', async () => {
      // test/infra/spoke.test.ts compares the whole trust policy, "with the ExternalId".
      const ended = await trusting('no-external-id', {
        [SECOND]: (s) => conditionOf(s, 'sts:ExternalId', undefined),
      });
      expect(ended.status).toBe('SUCCEEDED');
      runsOnceEverywhere('no-external-id');
    });

    it('nothing any more: all is well', async () => expect(await works('all-trust')).toEqual(WELL));
  });
});
