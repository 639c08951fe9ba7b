/**
 * A Fleetwide that was deployed from its synthesised templates, with nodes, on virtual time. Tests start
 * dispatches through the API and look at the nodes' directories, the bucket and the execution.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { type Config, parseConfig } from '../../../contract/config.ts';
import {
  keys,
  NODE_ROLE,
  RECALL_MACHINE,
  resultsBucketName,
  SPOKE_PATH,
  STATE_MACHINE,
} from '../../../contract/names.ts';
import { parseJson } from '../../../contract/problems.ts';
import type { RequestInput } from '../../../contract/request.ts';
import { Plan, Row } from '../../../contract/stored.ts';
import { type AwsOptions, type EmbeddedAws, startAws } from '../../../local/aws.ts';
import type { Call } from '../../../local/core/operation.ts';
import { type Clock, VirtualClock } from '../../../local/core/clock.ts';
import { readAssembly } from '../../../local/deploy/index.ts';
import type { Node, NodeSpec } from '../../../local/fleet/index.ts';
import type { Organization } from '../../../local/services/organizations/index.ts';
import { install } from '../../../local/install.ts';
import type { Faults } from '../../../local/wire/faults.ts';
import { Report } from '../../../report/report.ts';

export const HUB = '111122223333';
/** Of the organisation; the hub is its delegated administrator. */
export const MANAGEMENT = '100000000001';
export const SPOKES = ['222233334444', '333344445555', '444455556666'] as const;
export const REGIONS = ['eu-west-1', 'us-east-1'] as const;
export const BUCKET = resultsBucketName(HUB, 'eu-west-1');
const START = Date.parse('2026-11-21T08:00:00Z');

export interface WorldOptions {
  readonly spokes?: readonly string[];
  /** Alters every template before it is deployed. */
  readonly mutate?: (template: unknown) => unknown;
  readonly faults?: Faults;
  /** How often a schedule's delivery is made. */
  readonly deliveries?: AwsOptions['deliveries'];
  /** Who may read the organisation; default: the hub. */
  readonly delegated?: readonly string[];
  /** Default: virtual time, which stands still while a process runs. */
  readonly clock?: Clock;
  readonly plain?: boolean;
  readonly ssmCallsPerSecond?: number;
  readonly organizationOf?: (account: string) => string | undefined;
  /** Told of every permission that is asked for. */
  readonly asked?: AwsOptions['asked'];
}

export interface Ended extends Pick<DescribeExecutionCommandOutput, 'status' | 'error' | 'cause'> {
  readonly output: unknown;
}

export interface World {
  readonly aws: EmbeddedAws;
  readonly config: Config;
  /** Management account, hub and nobody else, until a test adds members. */
  readonly organization: Organization;
  node(spec: Partial<NodeSpec>): Node;
  /** Starts a dispatch and waits for its end. */
  dispatch(id: string, request: unknown): Promise<Ended>;
  start(id: string, request: unknown): Promise<string>;
  ended(executionArn: string): Promise<Ended>;
  /** Waits for the end of the next recall of a dispatch; its ARN and how it ended. */
  recalled(id: string): Promise<Ended & { readonly executionArn: string }>;
  /** Starts a recall by hand and waits for its end. */
  recall(id: string, name?: string): Promise<Ended & { readonly executionArn: string }>;
  report(id: string): Report;
  plan(id: string): Plan;
  rows(id: string): Row[];
  /** What a script wrote into a file of its node's home; undefined where there is none. */
  file(node: Node, name: string): string | undefined;
  client: SFNClient;
  /** What a shell needs to reach it as an administrator of the hub. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stops an execution before this returns. */
  stopAtOnce(executionArn: string): void;
  close(): Promise<void>;
}

export const request = (change: object = {}): RequestInput => ({
  action: { type: 'command', linux: ['echo run >> "$HOME/runs"', 'echo hello'] },
  targets: { accounts: [...SPOKES], regions: [...REGIONS], allNodes: true },
  ...change,
});

export const recallArn = `arn:aws:states:eu-west-1:${HUB}:stateMachine:${RECALL_MACHINE}`;
export const machineArn = `arn:aws:states:eu-west-1:${HUB}:stateMachine:${STATE_MACHINE}`;

/** Of a dispatch. */
export const executionArnOf = (id: string): string =>
  `${machineArn.replace(':stateMachine:', ':execution:')}:${id}`;

export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const root = mkdtempSync(join(tmpdir(), 'fleetwide-world-'));
  const config = parseConfig(
    JSON.parse(readFileSync(join(import.meta.dirname, 'config.json'), 'utf-8')),
  );
  const clock = options.clock ?? new VirtualClock(START);
  let seed = 1;
  const aws = await startAws({
    root,
    clock,
    // Deterministic, so that a failure can be run again.
    random: () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647,
    organizationOf: options.organizationOf ?? (() => config.organizationId),
    ...(options.faults && { faults: options.faults }),
    ...(options.deliveries && { deliveries: options.deliveries }),
    ...(options.plain && { plain: true }),
    ...(options.asked && { asked: options.asked }),
    ...(options.ssmCallsPerSecond && { ssmCallsPerSecond: options.ssmCallsPerSecond }),
  });
  const organization = aws.organizations.create({
    id: config.organizationId ?? '',
    management: MANAGEMENT,
    delegated: options.delegated ?? [HUB],
  });
  organization.addAccount(HUB);
  await install(aws, readAssembly(process.env.FLEETWIDE_TEST_ASSEMBLY ?? ''), config, {
    spokes: options.spokes ?? SPOKES,
    ...(options.mutate && { mutate: options.mutate }),
  });
  const { accessKeyId, secretAccessKey } = aws.iam.createUser(HUB, 'operator', [
    { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  ]);
  const client = new SFNClient({
    endpoint: aws.url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey },
  });

  const waiting = new Map<string, () => void>();
  const recalls = new Map<string, { arn?: string; wake?: (arn: string) => void }>();
  const recallOf = (id: string) => {
    const found = recalls.get(id) ?? {};
    recalls.set(id, found);
    return found;
  };
  aws.states.onStatusChange(({ executionArn, stateMachineArn, status, input }) => {
    if (status === 'RUNNING') return;
    waiting.get(executionArn)?.();
    if (stateMachineArn !== recallArn) return;
    const recall = recallOf(z.object({ dispatch: z.string() }).parse(JSON.parse(input)).dispatch);
    if (recall.wake) recall.wake(executionArn);
    else recall.arn = executionArn;
  });
  const describe = async (executionArn: string): Promise<Ended & { running: boolean }> => {
    const { status, error, cause, output } = await client.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    return {
      status,
      error,
      cause,
      output: output === undefined ? undefined : JSON.parse(output),
      running: status === 'RUNNING',
    };
  };
  const read = (key: string): string => {
    const body = aws.s3.read(BUCKET, key);
    if (!body) throw new Error(`no object ${key}`);
    return body.toString('utf-8');
  };

  const world: World = {
    aws,
    config,
    organization,
    client,
    environment: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    stopAtOnce(executionArn) {
      const administrator = aws.iam.callerFor(accessKeyId, undefined);
      if (typeof administrator !== 'object') throw new Error(administrator);
      const stop = aws.states.service.operations.StopExecution;
      if (!stop) throw new Error('there is no StopExecution');
      const call: Call = {
        service: 'states',
        operation: 'StopExecution',
        region: 'eu-west-1',
        caller: administrator.caller,
        secure: true,
        requestId: 'at-once',
      };
      // Its body has no await: it is done when the call returns.
      void Reflect.apply(stop, undefined, [call, { executionArn }]);
    },
    node: (spec) => {
      const account = spec.account ?? SPOKES[0];
      return aws.fleet.addNode({
        region: REGIONS[0],
        roleArn: `arn:aws:iam::${account}:role${SPOKE_PATH}${NODE_ROLE}`,
        ...spec,
        account,
      });
    },
    async start(id, input) {
      const { executionArn = '' } = await client.send(
        new StartExecutionCommand({
          stateMachineArn: machineArn,
          name: id,
          input: JSON.stringify(input),
        }),
      );
      return executionArn;
    },
    async ended(executionArn) {
      const over = new Promise<void>((resolve) => {
        waiting.set(executionArn, resolve);
      });
      const now = await describe(executionArn);
      if (!now.running) return now;
      await over;
      return describe(executionArn);
    },
    async recalled(id) {
      const recall = recallOf(id);
      const executionArn =
        recall.arn ?? (await new Promise<string>((resolve) => (recall.wake = resolve)));
      recalls.delete(id);
      return { ...(await world.ended(executionArn)), executionArn };
    },
    async recall(id, name) {
      const { executionArn = '' } = await client.send(
        new StartExecutionCommand({
          stateMachineArn: recallArn,
          ...(name !== undefined && { name }),
          input: JSON.stringify({ dispatch: id }),
        }),
      );
      return { ...(await world.ended(executionArn)), executionArn };
    },
    dispatch: async (id, input) => world.ended(await world.start(id, input)),
    report: (id) => parseJson(Report, read(keys.report(id, 'json')), 'StoredObjectInvalid', id),
    plan: (id) => parseJson(Plan, read(keys.plan(id)), 'StoredObjectInvalid', id),
    rows: (id) =>
      read(keys.report(id, 'jsonl'))
        .trim()
        .split('\n')
        .map((line) => parseJson(Row, line, 'StoredObjectInvalid', id)),
    file: (node, name) => {
      try {
        return readFileSync(join(aws.fleet.home(node.id), name), 'utf-8');
      } catch {
        return undefined;
      }
    },
    async close() {
      client.destroy();
      await aws.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return world;
}
