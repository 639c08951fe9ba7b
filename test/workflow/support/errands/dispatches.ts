/** Dispatches of all kinds. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { scheduleKeys } from '../../../../contract/deliveries.ts';
import { functionName, keys } from '../../../../contract/names.ts';
import { ApprovalRecord } from '../../../../contract/stored.ts';
import { inHours } from '../later.ts';
import type { Errand } from '../proof.ts';
import { at, once } from '../trouble.ts';
import { BUCKET, REGIONS, SPOKES } from '../world.ts';
import { AT_HOME, INPUT, LONG, SEALED, SECRET, SLOW, type Stage, UPLOAD } from './stage.ts';

const [SPOKE] = SPOKES;
const MINUTE = 1 / 60;
const FAILING = { ...INPUT, action: { type: 'command', linux: ['exit 3'] } };
const DUE = ['2026-11-22T01:00:00Z', '2026-11-29T01:00:00Z'] as const;

const scriptOf = (uri: string) => ({ ...INPUT, action: { type: 'script', object: { uri } } });
const aimed = (targets: object) => ({ ...INPUT, targets: { ...AT_HOME, ...targets } });

export function dispatches(stage: Stage): readonly Errand[] {
  const { world } = stage;
  const errand = (name: string, input: unknown, prepare?: (id: string) => void): Errand => ({
    name,
    run: () => stage.dispatch(input, prepare),
  });
  const gone = (step: Parameters<Stage['without']>[0], some: string): Errand => ({
    name: `${some} is gone when ${step} wants it`,
    run: () => stage.without(step, some, () => stage.dispatch(INPUT)),
  });
  const put = (key: string) => world.aws.s3.write(BUCKET, key, '{}');
  return [
    errand('a command', INPUT),
    errand('a command that fails', FAILING),
    errand('a script by way of S3', {
      ...INPUT,
      action: { type: 'script', text: 'echo hello', delivery: 's3' },
    }),
    errand('a script that was uploaded', scriptOf(`s3://${BUCKET}/${UPLOAD}`)),
    errand('a script of a bucket of ours', scriptOf('s3://our-releases/apps/tool.sh')),
    errand('a script that is not there', scriptOf('s3://our-releases/apps/none.sh')),
    errand('long output to S3', { ...INPUT, action: LONG, output: 's3' }),
    errand('long output to CloudWatch Logs', { ...INPUT, action: LONG, output: 'cloudwatch' }),
    errand('a name that was used', INPUT, (id) => put(keys.request(id))),
    errand('a plan that never was', { plan: 'never-was' }),
    { name: 'a plan, and its run', run: () => planned(stage) },
    errand('a Send after one that was cut off', INPUT, (id) =>
      put(keys.intent(id, 0, SPOKE, REGIONS[0], '0')),
    ),
    errand('a list that is not there', aimed({ accounts: ['list:none'] })),
    errand('all Regions that are enabled', aimed({ regions: ['enabled'] })),
    errand('tags with a wildcard', aimed({ allNodes: undefined, tags: { Role: ['w*'] } })),
    errand('a resource group by tags', aimed({ allNodes: undefined, resourceGroup: 'by-tags' })),
    errand(
      'a resource group by a stack',
      aimed({ allNodes: undefined, resourceGroup: 'by-stack' }),
    ),
    errand('a secret of Secrets Manager', {
      ...INPUT,
      action: { type: 'command', linux: ['true'], secrets: { TOKEN: { secret: SECRET } } },
    }),
    errand('a parameter under a key of one’s own', {
      ...INPUT,
      action: { type: 'command', linux: ['true'], secrets: { TOKEN: { parameter: SEALED } } },
    }),
    errand(
      'accounts in every way',
      aimed({
        accounts: ['organization', 'ou:Unit', 'list:fleet'],
        accountTags: { Fleet: ['yes'] },
      }),
    ),
    errand('more time than there is', {
      ...SLOW,
      timeouts: { ...SLOW.timeouts, overallSeconds: 60 },
    }),
    { name: 'a delivery that another has', run: () => doubled(stage) },
    { name: 'a delivery after one that failed', run: () => inTurn(stage) },
    { name: 'two starts with one key', run: () => twice(stage) },
    errand('nobody approves', { ...INPUT, approval: { expiresAfterSeconds: 60 } }),
    { name: 'a person approves', run: () => approved(stage) },
    {
      name: 'plan.json is gone when a person is to be asked',
      run: () =>
        stage.without('ask', '/plan.json', () =>
          stage.dispatch({ ...INPUT, approval: { expiresAfterSeconds: 60 } }),
        ),
    },
    { name: 'a copy from a node', run: () => copied(stage) },
    { name: 'a Collect that is cut off once all is noted', run: () => cutOff(stage) },
    gone('discover', '/groups/'),
    gone('freeze', '/inventory/'),
    gone('ready', '/request.json'),
    gone('poll', '/progress/'),
    gone('collect', '/progress/'),
    gone('gate', '/plan.json'),
    gone('gate', '/results/'),
  ];
}

async function planned(stage: Stage): Promise<string> {
  const plan = stage.next();
  await stage.world.start(plan, { ...INPUT, mode: 'plan' });
  const first = stage.told(plan, await stage.ended(plan));
  return `${first}\n${await stage.dispatch({ plan })}`;
}

function doubled(stage: Stage): Promise<string> {
  const schedule = { name: 'doubled', time: DUE[0], overlap: 'allow' };
  const other = { dispatch: 'other', executionArn: 'other', time: DUE[0], startedAt: DUE[0] };
  const record = scheduleKeys.delivery(schedule.name, schedule.time);
  stage.world.aws.s3.write(BUCKET, record, JSON.stringify(other));
  return stage.dispatch({ ...INPUT, schedule });
}

async function inTurn(stage: Stage): Promise<string> {
  const id = stage.next();
  const delivery = (time: string) => ({ name: `of-${id}`, overlap: 'skip', time });
  await stage.world.start(id, { ...FAILING, schedule: delivery(DUE[0]) });
  const first = stage.told(id, await stage.ended(id));
  return `${first}\n${await stage.dispatch({ ...INPUT, schedule: delivery(DUE[1]) })}`;
}

async function twice(stage: Stage): Promise<string> {
  const id = stage.next();
  const input = { ...INPUT, dedupe: id };
  await stage.world.start(id, input);
  const first = stage.told(id, await stage.ended(id));
  return `${first}\n${await stage.dispatch(input)}`;
}

function copied(stage: Stage): Promise<string> {
  const { node, world } = stage;
  writeFileSync(join(world.aws.fleet.home(node.id), 'source'), 'hello');
  const from = { id: node.id, path: '~/source' };
  const action = { type: 'copy', node: from, linux: { path: '~/copy' } };
  return stage.dispatch({ ...INPUT, action, waves: ['1', '100%'] });
}

/** It tells of nodes that failed last of all. */
function cutOff(stage: Stage): Promise<string> {
  const telling = { call: 'events:PutEvents', role: functionName('collect') };
  const kill = once(telling, ({ by }) => {
    if (by) void stage.world.aws.lambda.kill(by.trace);
  });
  return stage.during([kill], () => stage.dispatch(FAILING));
}

/** A minute after the start; where nothing was asked by then, nobody answers. */
async function approved(stage: Stage): Promise<string> {
  const { aws, client } = stage.world;
  const id = stage.next();
  await stage.world.start(id, { ...INPUT, approval: { expiresAfterSeconds: 120 } });
  const output = JSON.stringify({ approved: true, by: 'a person' });
  const answered = inHours(stage.world, MINUTE, async () => {
    const record = aws.s3.read(BUCKET, keys.approval(id, 0));
    const { token: taskToken } = record ? ApprovalRecord.parse(JSON.parse(String(record))) : {};
    if (taskToken) await client.send(new SendTaskSuccessCommand({ taskToken, output }));
  });
  const ended = await stage.ended(id);
  await answered;
  return stage.told(id, ended);
}

const RUNBOOK = (runbook: string, more: object = {}) => ({
  action: { type: 'automation', runbook, ...more },
  targets: { accounts: [SPOKE], regions: [REGIONS[0]] },
  timeouts: INPUT.timeouts,
});

/** A lost reply is looked for, many steps are listed, a long run is stopped. */
export function runbooks(stage: Stage): readonly Errand[] {
  const start = RUNBOOK('AWS-StartEC2Instance', { nodesParameter: 'InstanceId' });
  const lost = at({ call: 'ssm:StartAutomationExecution', phase: 'after' }, () => ({
    kind: 'reset',
  }));
  const run = (name: string, input: unknown): Errand => ({
    name,
    run: () => stage.dispatch(input),
  });
  return [
    run('a runbook that is given nodes', {
      ...start,
      targets: { ...start.targets, allNodes: true },
    }),
    run('a runbook that takes too long', RUNBOOK('Long')),
    run('a runbook of many steps', RUNBOOK('Many')),
    {
      name: 'a runbook whose start is not answered',
      run: () => stage.during([lost], () => stage.dispatch(RUNBOOK('Own'))),
    },
  ];
}
