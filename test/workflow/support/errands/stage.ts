/** Where errands are run: a small world, and how a dispatch in it is started and told about. */
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
} from '@aws-sdk/client-sfn';
import { at, type Moment, Trouble } from '../trouble.ts';
import {
  accountListKey,
  functionName,
  keys,
  STEPS,
  type Step,
  uploadKey,
} from '../../../../contract/names.ts';
import type { Asked } from '../../../../local/iam/asked.ts';
import { sleep } from '../../../../local/core/clock.ts';
import type { Node } from '../../../../local/fleet/index.ts';
import { AGENT_LOG } from '../../../../local/nodeOutput.ts';
import type { Faults } from '../../../../local/wire/faults.ts';
import { putAutomationRole, putRunbook } from '../automation.ts';
import {
  BUCKET,
  HUB,
  makeWorld,
  machineArn,
  REGIONS,
  request,
  SPOKES,
  type World,
} from '../world.ts';

const [SPOKE] = SPOKES;
const SLOW_MS = 300_000;

export class Stage {
  readonly world: World;
  readonly trouble: Trouble;
  /** Runs scripts. */
  readonly node: Node;
  /** Of the last execution of each machine. */
  readonly latest = new Map<string, string>();
  #turn = 0;
  /** How much of each was there before. */
  readonly #before = { agent: 0, refused: 0, undelivered: 0, buried: 0 };
  #began = 0;

  constructor(world: World, trouble: Trouble) {
    this.world = world;
    this.trouble = trouble;
    this.node = world.node({ account: SPOKE });
    world.aws.states.onStatusChange(({ stateMachineArn, executionArn, status }) => {
      if (status === 'RUNNING') this.latest.set(stateMachineArn, executionArn);
    });
  }

  /** The id of the next dispatch; what is told begins with it. */
  next(): string {
    const { aws } = this.world;
    this.#before.agent = this.#agentLog().length;
    this.#before.refused = aws.logs.refused.length;
    this.#before.undelivered = aws.events.undelivered().length;
    this.#before.buried = this.#buried().length;
    this.#began = aws.clock.now();
    return `turn-${++this.#turn}`;
  }

  async dispatch(input: unknown, prepare: (id: string) => void = () => undefined): Promise<string> {
    const id = this.next();
    prepare(id);
    await this.world.start(id, input);
    return this.told(id, await this.ended(id));
  }

  /** How the dispatch ended, and its recall, where it did not end well. */
  async ended(id: string): Promise<readonly unknown[]> {
    const ended = await this.world.ended(arnOf(id));
    if (ended.status === 'SUCCEEDED') return [ended];
    const recall = await this.#recalled(id);
    if (!recall || recall.status === 'SUCCEEDED') return [ended, recall];
    return [ended, recall, ...(await this.#childrenOf(recall.executionArn))];
  }

  /** Undefined where the rule could not start it. */
  async #recalled(id: string): Promise<Awaited<ReturnType<World['recalled']>> | undefined> {
    const { aws } = this.world;
    const recalled = this.world.recalled(id);
    await sleep(aws.clock, 5_000);
    return aws.events.undelivered().length > this.#before.undelivered ? undefined : recalled;
  }

  /** How the children of its maps ended: a dispatch has that in its results, a recall with Step Functions alone. */
  async #childrenOf(executionArn: string): Promise<readonly unknown[]> {
    const { client } = this.world;
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
    const children: unknown[] = [];
    for (const { mapRunArn } of mapRuns) {
      const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn }));
      for (const child of executions) {
        const about = new DescribeExecutionCommand({ executionArn: child.executionArn });
        const { status, error, cause } = await client.send(about);
        children.push({ status, error, cause });
      }
    }
    return children;
  }

  /** While these things go wrong. */
  during(faults: readonly Faults[], work: () => Promise<string>): Promise<string> {
    return this.trouble.during(faults, work);
  }

  /** A dispatch whose objects vanish when a step first reads: a person or a lifecycle rule was there. */
  without(step: Step, some: string, work: () => Promise<string>): Promise<string> {
    const moment: Moment = { call: 's3:GetObject', role: functionName(step) };
    return this.during([at(moment, () => this.forget(some))], work);
  }

  forget(some: string): void {
    const { s3 } = this.world.aws;
    for (const key of s3.list(BUCKET, keys.root(`turn-${this.#turn}/`)))
      if (key.includes(some)) s3.bucket(BUCKET)?.objects.delete(key);
  }

  /** The function starts anew: Lambda takes its role again, and its log gets a new stream. */
  forgetWarm(step: Step): void {
    const { lambda } = this.world.aws;
    for (const spec of lambda.functions())
      if (spec.name === functionName(step)) lambda.putFunction(spec);
  }

  /** All that is told since {@link next}: by executions, in the bucket, by functions, agents and services. */
  told(id: string, ...ends: readonly unknown[]): string {
    const { aws } = this.world;
    const texts = [
      JSON.stringify(ends),
      this.#agentLog().slice(this.#before.agent),
      ...aws.logs.refused.slice(this.#before.refused),
      ...aws.events
        .undelivered()
        .slice(this.#before.undelivered)
        .map(({ reason }) => reason),
      ...this.#buried().slice(this.#before.buried),
    ];
    for (const key of aws.s3.list(BUCKET, keys.root(id)))
      texts.push(String(aws.s3.read(BUCKET, key)));
    const place = { account: HUB, region: REGIONS[0] };
    for (const step of STEPS)
      for (const { events } of aws.logs
        .group(place, `/aws/lambda/${functionName(step)}`)
        ?.streams.values() ?? [])
        for (const { ingestedAt, message } of events)
          if (ingestedAt >= this.#began) texts.push(message);
    return texts.join('\n');
  }

  #buried(): readonly string[] {
    const letters = this.world.aws.queues.all().flatMap(({ messages }) => messages);
    return letters.map(({ attributes }) => JSON.stringify(attributes));
  }

  /** What the agent could not do for a command, it says on its node alone. */
  #agentLog(): string {
    return this.world.file(this.node, AGENT_LOG) ?? '';
  }
}

export const arnOf = (id: string) => `${machineArn.replace(':stateMachine:', ':execution:')}:${id}`;

export const AT_HOME = { accounts: [SPOKE], regions: [REGIONS[0]], allNodes: true };
/** More than ListCommandInvocations shows, so that the text is fetched by itself. */
export const INPUT = request({
  action: { type: 'command', linux: ["head -c 4000 /dev/zero | tr '\\0' x"] },
  targets: AT_HOME,
  // So that soon is given up what cannot be looked at.
  timeouts: { deliverySeconds: 30, executionSeconds: 60 },
});
export const LONG = { type: 'command', linux: ["head -c 30000 /dev/zero | tr '\\0' x"] };
/** Its one node takes {@link SLOW_MS}. */
export const SLOW = {
  ...INPUT,
  targets: { ...AT_HOME, regions: [REGIONS[1]] },
  timeouts: { deliverySeconds: 30, executionSeconds: 600 },
};
/** Of those that the configuration lets nodes read. */
export const SECRET = 'app/token';
/** Of Parameter Store, under the key that the configuration lets nodes use. */
export const SEALED = '/sealed/token';
const SEAL = `arn:aws:kms:${REGIONS[0]}:${SPOKE}:key/99998888-7777-6666-5555-444433332222`;
export const UPLOAD = uploadKey('0'.repeat(64), 'tool.sh');

export async function makeStage(asked: (asked: Asked) => void): Promise<Stage> {
  const trouble = new Trouble();
  const world = await makeWorld({ spokes: [SPOKE], faults: trouble.faults, asked });
  const stage = new Stage(world, trouble);
  world.node({ account: SPOKE, id: `mi-${'a'.repeat(17)}`, tags: { Role: 'web' } });
  world.node({
    account: SPOKE,
    region: REGIONS[1],
    behaviour: () => ({ delayMs: SLOW_MS, stdout: 'x'.repeat(4_000) }),
  });
  const { s3 } = world.aws;
  s3.putBucket({ name: 'our-releases', account: HUB, region: REGIONS[0] });
  s3.write('our-releases', 'apps/tool.sh', 'echo hello');
  s3.write(BUCKET, UPLOAD, 'echo hello');
  s3.write(BUCKET, accountListKey('fleet'), JSON.stringify({ accounts: [SPOKE] }));
  const place = { account: SPOKE, region: REGIONS[0] };
  world.aws.secrets.put({ ...place, name: SECRET, value: 'hidden' });
  await seal(world);
  const { resourceGroups } = world.aws;
  resourceGroups.put({ ...place, name: 'by-tags', members: { tags: { Role: ['web'] } } });
  const arn = `arn:aws:ec2:${REGIONS[0]}:${SPOKE}:instance/${stage.node.id}`;
  const stack = [{ type: 'AWS::EC2::Instance', arn }];
  resourceGroups.put({ ...place, name: 'by-stack', members: { stack } });
  putAutomationRole(world, ['ec2:StartInstances', 'ec2:DescribeInstances']);
  const wait = (Duration: string, name: string) => ({
    name,
    action: 'aws:sleep',
    inputs: { Duration },
  });
  putRunbook(world, 'Own', [wait('PT1S', 'wait')]);
  putRunbook(world, 'Long', [wait('PT5H', 'wait')]);
  const many = Array.from({ length: 101 }, (_, i) => wait('PT0S', `step${i}`));
  putRunbook(world, 'Many', many);
  const { organization } = world;
  organization.addAccount(SPOKE, { parent: organization.addUnit('Unit'), tags: { Fleet: 'yes' } });
  return stage;
}

async function seal(world: World): Promise<void> {
  const owner = world.aws.iam.createUser(SPOKE, 'owner', [
    { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  ]);
  const ssm = new SSMClient({ endpoint: world.aws.url, region: REGIONS[0], credentials: owner });
  const parameter = { Name: SEALED, Value: 'hidden', Type: 'SecureString', KeyId: SEAL } as const;
  await ssm.send(new PutParameterCommand(parameter));
  ssm.destroy();
}
