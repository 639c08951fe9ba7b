/**
 * No permission is decoration, and none is missing: each action of each statement of each role of Fleetwide, and
 * each statement, is taken away by itself, and something that Fleetwide does must then fail with an access error
 * that names the action. With all of them in place nothing is denied. Prints the matrix.
 */
<<<<<<< HEAD
=======
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetBucketEncryptionCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
>>>>>>> 0663491e0d202a4624fe748c9687b0dac2c4750a
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  dispatchRoleArn,
  functionName,
  NODE_ROLE,
  SCHEDULER_ROLE,
  SPOKE_PATH,
  STEPS,
} from '../../contract/names.ts';
import { HUB_PATH, rolePath } from '../../lib/steps.ts';
import { errandsOf, makeStage, type Stage } from './support/errands/index.ts';
import { Proof } from './support/proof.ts';
import { nameOf, type Permission, permissionsOf } from './support/statements.ts';
import { HUB, SPOKES } from './support/world.ts';

const [SPOKE] = SPOKES;
const HYBRID = `mi-${'a'.repeat(17)}`;
const DISPATCH_ROLE = dispatchRoleArn('aws', SPOKE);
const hubRole = (name: string, path = HUB_PATH) => `arn:aws:iam::${HUB}:role${path}${name}`;
const ROLES = [
  ...STEPS.map((step) => hubRole(functionName(step), rolePath(step))),
  hubRole('fleetwide-state-machine'),
  hubRole('fleetwide-recall-machine'),
  hubRole('fleetwide-recall-starter'),
  hubRole('fleetwide-doctor-machine'),
  hubRole(SCHEDULER_ROLE),
  DISPATCH_ROLE,
  `arn:aws:iam::${SPOKE}:role${SPOKE_PATH}${NODE_ROLE}`,
];

const PARTS =
  'the Step Functions guide asks for it to write large results in parts; nothing tells when it is used';
const CHILDREN =
  'the Step Functions guide asks for it to follow the children of a map; nothing tells what fails without it';
/** What nothing here can show to be needed, and why. */
const UNPROVABLE: Readonly<Record<string, string>> = {
  'WriteMapResults s3:AbortMultipartUpload': PARTS,
  'WriteMapResults s3:ListMultipartUploadParts': PARTS,
  'WriteMapResults s3:GetObject': PARTS,
  'FollowChildren states:DescribeExecution': CHILDREN,
  'FollowChildren states:StopExecution': CHILDREN,
};
const whyNot = ({ sid, actions }: Permission): string | undefined => {
  const reasons = actions.map((action) => UNPROVABLE[`${sid} ${action}`]);
  return reasons.includes(undefined) ? undefined : reasons[0];
};

let stage: Stage;
let proof: Proof;
beforeAll(async () => {
<<<<<<< HEAD
  stage = await makeStage((asked) => proof?.asked(asked));
  proof = new Proof(stage.world.aws.iam);
  const errands = errandsOf(stage);
  // So that all functions are warm, and the rest is as quick as it is later.
  for (const errand of errands.slice(0, 2)) await errand.run();
  for (const errand of errands) await proof.learn(errand);
}, 300_000);
afterAll(() => stage.world.close());
=======
  world = await makeWorld({
    spokes: [SPOKE],
    asked: ({ roleArn = '' }, action) => asked.add(`${roleArn} ${action}`),
    faults: ({ caller, operation }, phase) => {
      if (operation === 'GetObject' && vanishing && caller.roleArn?.endsWith(vanishing.before)) {
        for (const key of world.aws.s3.list(BUCKET, keys.root(`turn-${turn}`)))
          if (key.includes(vanishing.keys)) world.aws.s3.bucket(BUCKET)?.objects.delete(key);
      }
      return losing && operation === 'StartAutomationExecution' && phase === 'after'
        ? { kind: 'reset' }
        : undefined;
    },
  });
  node = world.node({ account: SPOKE });
  const { id } = world.node({ account: SPOKE, id: HYBRID, tags: { Role: 'web' } });
  mkdirSync(world.aws.fleet.home(id), { recursive: true });
  writeFileSync(join(world.aws.fleet.home(id), 'tool'), 'from a node');
  world.aws.s3.putBucket({ name: 'our-releases', account: HUB, region: REGIONS[0] });
  world.aws.s3.write('our-releases', 'apps/tool.sh', 'echo hello');
  world.aws.s3.write(BUCKET, uploadKey('0'.repeat(64), 'tool.sh'), 'echo hello');
  putAutomationRole(world, [ROLE_FOR_RUNBOOKS, 'ec2:DescribeInstances']);
  const wait = (Duration: string, name: string) => ({
    name,
    action: 'aws:sleep',
    inputs: { Duration },
  });
  putRunbook(world, 'Own', [wait('PT1S', 'wait')]);
  putRunbook(world, 'Long', [wait('PT5H', 'wait')]);
  putRunbook(
    world,
    'Many',
    Array.from({ length: 101 }, (_, i) => wait('PT0S', `step${i}`)),
  );
  const { organization } = world;
  organization.addAccount(SPOKE, { parent: organization.addUnit('Unit'), tags: { Fleet: 'yes' } });
  world.aws.s3.write(BUCKET, accountListKey('fleet'), JSON.stringify({ accounts: [SPOKE] }));
});
afterAll(() => world.close());

const INPUT = request({
  // More than ListCommandInvocations shows, so that the text is fetched by itself.
  action: { type: 'command', linux: ["head -c 4000 /dev/zero | tr '\\0' x"] },
  targets: { accounts: [SPOKE], regions: [REGIONS[0]], allNodes: true },
});

/** Something that Fleetwide does: all that is told about how it went. */
type Errand = () => Promise<string>;

async function told(ended: Promise<unknown>): Promise<string> {
  const id = `turn-${turn}`;
  const logged = agentLog().length;
  const objects = [JSON.stringify(await ended), agentLog().slice(logged)];
  for (const key of world.aws.s3.list(BUCKET, keys.root(id)))
    objects.push(String(world.aws.s3.read(BUCKET, key)));
  for (const step of STEPS)
    for (const { line } of world.aws.logs.lines(`/aws/lambda/${functionName(step)}`))
      if (line.includes(`"${id}"`)) objects.push(line);
  return objects.join('\n');
}

/** What the agent could not do for a command, it says on its node alone. */
const agentLog = () => world.file(node, AGENT_LOG) ?? '';

const scriptOf = (uri: string) => ({ ...INPUT, action: { type: 'script', object: { uri } } });
const LONG = { type: 'command', linux: ["head -c 30000 /dev/zero | tr '\\0' x"] };
const SCRIPT = {
  ...INPUT,
  action: { type: 'script', text: 'echo hello', delivery: 's3' },
} as const;

const aimed = (targets: object) => ({ ...INPUT, targets: { ...INPUT.targets, ...targets } });
const everyWay = () =>
  dispatch(
    undefined,
    aimed({
      accounts: ['organization', 'ou:Unit', 'list:fleet'],
      accountTags: { Fleet: ['yes'] },
    }),
  );

function dispatch(
  prepare: (id: string) => void = () => undefined,
  input: unknown = INPUT,
): Promise<string> {
  const id = `turn-${++turn}`;
  prepare(id);
  return told(world.dispatch(id, input));
}

async function dispatchWithout(before: string, some: string): Promise<string> {
  vanishing = { before, keys: some };
  try {
    return await dispatch();
  } finally {
    vanishing = undefined;
  }
}

async function planned(): Promise<string> {
  const plan = `turn-${++turn}`;
  const first = await told(world.dispatch(plan, { ...INPUT, mode: 'plan' }));
  return `${first}\n${await dispatch(undefined, { plan })}`;
}

/** A wave whose result could not be written: the map run failed, and is redriven. */
async function redrive(): Promise<string> {
  const writes = permissionsOf(world.aws.iam, MACHINE_ROLE).find(
    (p) => p.action === 's3:PutObject',
  );
  if (!writes) throw new Error('the state machine writes no results');
  const giveBack = withhold(world.aws.iam, MACHINE_ROLE, writes);
  const executionArn = await world.start(`turn-${++turn}`, INPUT);
  await world.ended(executionArn).finally(giveBack);
  await world.client.send(new RedriveExecutionCommand({ executionArn }));
  return JSON.stringify(await world.ended(executionArn));
}

/** Stopped as soon as something runs; what is told is the recall. */
async function stopped(input: unknown): Promise<string> {
  const executionArn = await world.start(`turn-${++turn}`, input);
  await world.client.send(new StopExecutionCommand({ executionArn }));
  await world.ended(executionArn);
  return told(world.recalled(`turn-${turn}`));
}
const SLEEPING = { ...INPUT, action: { type: 'command', linux: ['sleep 600'] } };

/** What `fleetwide doctor` starts. */
async function examined(): Promise<string> {
  const { executionArn = '' } = await world.client.send(
    new StartExecutionCommand({
      stateMachineArn: `arn:aws:states:eu-west-1:${HUB}:stateMachine:${DOCTOR_MACHINE}`,
      input: JSON.stringify({
        examination: `turn-${++turn}`,
        requester: 'jane.doe',
        shards: [{ account: SPOKE, region: REGIONS[0] }],
      }),
    }),
  );
  return JSON.stringify(await world.ended(executionArn));
}

const put = (key: string) => world.aws.s3.write(BUCKET, key, '{}');

const FAILING = { ...INPUT, action: { type: 'command', linux: ['exit 3'] } } as const;
const DUE = ['2026-11-22T01:00:00Z', '2026-11-29T01:00:00Z'] as const;

/** A schedule's delivery that another dispatch has. */
function doubled(): Promise<string> {
  const schedule = { name: 'doubled', time: DUE[0], overlap: 'allow' };
  const other = { dispatch: 'other', executionArn: 'other', time: DUE[0], startedAt: DUE[0] };
  const record = scheduleKeys.delivery(schedule.name, schedule.time);
  world.aws.s3.write(BUCKET, record, JSON.stringify(other));
  return dispatch(undefined, { ...INPUT, schedule });
}

/** One after the other, where the first did not succeed. */
async function inTurn(): Promise<string> {
  const schedule = { name: `turns-${turn}`, overlap: 'skip' };
  const first = await dispatch(undefined, { ...FAILING, schedule: { ...schedule, time: DUE[0] } });
  return first + (await dispatch(undefined, { ...INPUT, schedule: { ...schedule, time: DUE[1] } }));
}

const DISPATCHES: readonly Errand[] = [
  // Nodes that went wrong are told.
  () => dispatch(undefined, FAILING),
  doubled,
  inTurn,
  () => dispatch(),
  // What goes to the nodes through the exchange bucket.
  () => dispatch(undefined, SCRIPT),
  // What one node has, for the others.
  () =>
    dispatch(undefined, {
      ...INPUT,
      action: {
        type: 'copy',
        node: { id: HYBRID, path: '~/tool' },
        linux: { path: '~/tool' },
      },
    }),
  // What others have put into S3, is there or not.
  () => dispatch(undefined, scriptOf(`s3://${BUCKET}/${uploadKey('0'.repeat(64), 'tool.sh')}`)),
  () => dispatch(undefined, scriptOf('s3://our-releases/apps/tool.sh')),
  () => dispatch(undefined, scriptOf('s3://our-releases/apps/none.sh')),
  // Output that is too long for Systems Manager.
  () => dispatch(undefined, { ...INPUT, action: LONG, output: 's3' }),
  () => dispatch(undefined, { ...INPUT, action: LONG, output: 'cloudwatch' }),
  // A second start under a name that was used.
  () => dispatch((id) => put(keys.request(id))),
  // A plan that is not there, and one that is run.
  () => dispatch(undefined, { plan: 'never-was' }),
  planned,
  // A second attempt of Send, after one that was cut off.
  () => dispatch((id) => put(keys.intent(id, 0, SPOKE, REGIONS[0], '0'))),
  // Objects that are gone when they are wanted.
  () => dispatch(undefined, aimed({ accounts: ['list:none'] })),
  // Nodes that are looked for by patterns, in whatever Regions there are.
  () => dispatch(undefined, aimed({ regions: ['enabled'] })),
  () => dispatch(undefined, aimed({ allNodes: undefined, tags: { Role: ['w*'] } })),
  // Accounts that are selected in every way that there is.
  everyWay,
  () => dispatchWithout('fleetwide-discover', '/groups/'),
  () => dispatchWithout('fleetwide-freeze', '/inventory/'),
  () => dispatchWithout('fleetwide-ready', '/request.json'),
  () => dispatchWithout('fleetwide-poll', '/progress/'),
  () => dispatchWithout('fleetwide-collect', '/progress/'),
  () => dispatchWithout('fleetwide-gate', '/plan.json'),
  () => dispatchWithout('fleetwide-gate', '/results/'),
  redrive,
  () => stopped(SLEEPING),
  () => stopped({ ...INPUT, mode: 'plan' }),
  examined,
];

const ROLE_FOR_RUNBOOKS = 'ec2:StopInstances';
const AUTOMATION = (runbook: string, more: object = {}) => ({
  action: { type: 'automation', runbook, ...more },
  targets: { accounts: [SPOKE], regions: [REGIONS[0]] },
  timeouts: { executionSeconds: 60 },
});
/** What is done for runbooks alone; a lost reply is looked for, many steps are listed, a long run is stopped. */
const RUNBOOK_ERRANDS: readonly Errand[] = [
  () => {
    const { targets, ...rest } = AUTOMATION('AWS-StopEC2Instance', {
      nodesParameter: 'InstanceId',
    });
    return dispatch(undefined, { ...rest, targets: { ...targets, allNodes: true } });
  },
  () => dispatch(undefined, AUTOMATION('Long')),
  () => dispatch(undefined, AUTOMATION('Many')),
  async () => {
    losing = true;
    return dispatch(undefined, AUTOMATION('Own')).finally(() => {
      losing = false;
    });
  },
];

/** What a service does before it runs something as a role; a warm function keeps the session of its start. */
const coldStart = (role: string) => (): Promise<string> => {
  const service = /(?:ec2|events|states|lambda)(?=\.amazonaws)/.exec(
    JSON.stringify(world.aws.iam.role(role)?.trust),
  )?.[0];
  const context = {
    'aws:SourceAccount': HUB,
    'aws:SourceArn': `arn:aws:states:eu-west-1:${HUB}:stateMachine:any`,
  };
  try {
    world.aws.iam.sessionForService(role, `${service}.amazonaws.com`, 'start', {
      context,
    });
    return Promise.resolve('started');
  } catch (error) {
    return Promise.resolve(`AccessDenied sts:AssumeRole: ${String(error)}`);
  }
};

/** What the agent on a node does with the node's credentials. */
const NODE_ERRANDS: readonly Errand[] = [
  async () => {
    const credentials = world.aws.iam.startSession(NODE, {
      name: 'i-0',
      seconds: 3600,
    });
    const s3 = new S3Client({
      endpoint: world.aws.url,
      region: REGIONS[0],
      credentials,
    });
    const Bucket = exchangeBucketName(HUB, REGIONS[0]);
    world.aws.s3.write(Bucket, 'artifacts/abc/script.sh', 'true');
    try {
      await s3.send(new GetObjectCommand({ Bucket, Key: 'artifacts/abc/script.sh' }));
      await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: `output/${SPOKE}/d/i-0/stdout`,
          Body: 'hello',
          ACL: 'bucket-owner-full-control',
        }),
      );
      return 'done';
    } catch (error) {
      return String(error);
    } finally {
      s3.destroy();
    }
  },
];

const names = (text: string, { action }: Permission): boolean =>
  new RegExp(`${action}\\b`).test(text) && /Access ?Denied|not authorized|Permissions/.test(text);

const errandsFor = (role: string, { policy }: Permission): readonly Errand[] => {
  if (policy === 'trust' && role !== DISPATCH_ROLE) return [coldStart(role)];
  const own = role === NODE ? NODE_ERRANDS : [];
  return [...own, ...DISPATCHES, ...RUNBOOK_ERRANDS];
};

interface Usual {
  readonly text: string;
  readonly asked: ReadonlySet<string>;
}

/** What an errand tells and asks for when nothing is taken away. */
const baselines = new Map<Errand, Usual>();

async function usualOf(errand: Errand): Promise<Usual> {
  const before = baselines.get(errand);
  if (before) return before;
  asked = new Set();
  const usual = { text: await errand(), asked };
  baselines.set(errand, usual);
  return usual;
}

/** Whether the errand can miss it at all; a trust policy is asked about others than its role. */
const asksFor = (usual: Usual, role: string, { policy, action }: Permission): boolean =>
  policy === 'trust' || usual.asked.has(`${role} ${action}`);

async function isNeeded(role: string, permission: Permission): Promise<boolean> {
  for (const errand of errandsFor(role, permission)) {
    const usual = await usualOf(errand);
    if (!asksFor(usual, role, permission)) continue;
    const giveBack = withhold(world.aws.iam, role, permission);
    const text = await errand().finally(giveBack);
    if (names(text, permission) && !names(usual.text, permission)) return true;
  }
  return false;
}
>>>>>>> 0663491e0d202a4624fe748c9687b0dac2c4750a

const matrix: string[] = [];
afterAll(() => {
  process.stdout.write(`${matrix.join('\n')}\n`);
});

it('none is missing: nothing is denied while all are there', () => {
  expect(proof.denied()).toEqual([]);
});

describe.each(ROLES)('%s', (role) => {
  it('may do nothing that nothing needs', async () => {
    const unneeded: string[] = [];
    for (const permission of permissionsOf(stage.world.aws.iam, role)) {
      const name = nameOf(permission);
      const reason = whyNot(permission);
      const needed = reason === undefined ? await proof.needed(permission) : undefined;
      if (needed) matrix.push(`needed    ${name} | ${needed.by}: ${needed.error}`);
      else matrix.push(`not shown ${name} | ${reason ?? 'NOTHING FAILS WITHOUT IT'}`);
      if (!needed && reason === undefined) unneeded.push(name);
    }
    expect(unneeded).toEqual([]);
  }, 300_000);
});

it('no role is left out', () => {
  const own = stage.world.aws.iam.roles().filter(({ arn }) => arn.includes(':role/fleetwide/'));
  expect(own.map(({ arn }) => arn).toSorted()).toEqual(ROLES.toSorted());
});

it('what cannot be shown is there', () => {
  const all = ROLES.flatMap((role) => permissionsOf(stage.world.aws.iam, role));
  const unused = Object.keys(UNPROVABLE).filter(
    (name) => !all.some(({ sid, actions }) => name === `${sid} ${actions.join()}`),
  );
  expect(unused).toEqual([]);
});

it('and a permission too many would be seen', async () => {
  const { iam } = stage.world.aws;
  const cancels = errandsOf(stage).find(({ name }) => name === 'stopped once it is sent');
  if (!cancels) throw new Error('nothing cancels');
  iam.putInlinePolicy(DISPATCH_ROLE, 'extra', {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Again', Effect: 'Allow', Action: 'ssm:CancelCommand', Resource: '*' },
      { Sid: 'Unused', Effect: 'Allow', Action: 'ssm:PutParameter', Resource: '*' },
    ],
  });
  proof = new Proof(iam);
  await proof.learn(cancels);
  const needed = async (wanted: string) => {
    const found = permissionsOf(iam, DISPATCH_ROLE).find(({ sid }) => sid === wanted);
    if (!found) throw new Error(`no statement ${wanted}`);
    return proof.needed(found);
  };
  // Of two that allow the same, neither is missed.
  expect(await needed('Again')).toBeUndefined();
  expect(await needed('CancelCommands')).toBeUndefined();
  expect(await needed('Unused')).toBeUndefined();
  expect(await needed('FollowCommands')).toBeDefined();
  iam.deleteInlinePolicy(DISPATCH_ROLE, 'extra');
}, 60_000);
