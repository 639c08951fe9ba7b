/**
 * Peak memory of each function: its real bundle, in a process of its own, is given the input that it had in a finished
 * dispatch (or the same of one that was only planned, where there must be something left to do).
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { MOST_SHARDS } from '../../contract/doctor.ts';
import { functionName, keys, type Step } from '../../contract/names.ts';
import { RevokeOutput } from '../../contract/steps.ts';
import { Claim } from '../../contract/stored.ts';
import { holding, sleep } from '../../local/core/clock.ts';
import { Counted } from './counted.ts';
import { BUCKET, type World } from '../../test/workflow/support/world.ts';

/** In the order in which a dispatch runs them: these read and write the same again. */
const AGAIN = ['admit', 'discover', 'freeze', 'ready', 'gate', 'report'] as const;
/** These have to have something left to do. */
const FRESH = ['send', 'poll', 'collect'] as const;

/** What each function is to run in, whatever else more memory would give it: a larger share of a CPU. */
const GOAL_MB = 256;

const Parameters = z.object({ FunctionName: z.string(), Payload: z.unknown() });
const Told = z.object({ kilobytes: z.number(), answer: z.unknown() });

/**
 * @param plan a request for as much as a group holds, that is only planned
 * @param seconds how long the nodes take
 */
export async function peaksOf(
  world: World,
  executionArn: string,
  plan: object,
  seconds: number,
): Promise<Counted['peaks']> {
  const inputs = await inputsOf(world, executionArn);
  const id = executionArn.split(':').at(-1) ?? '';
  const peaks = new Map<Step, number>();
  /** What the function answers. */
  const measure = async (step: Step, payload = inputs.get(step)): Promise<unknown> => {
    if (payload === undefined) throw new Error(`${step} was not called`);
    // Virtual time stands still while it works, as it does for a function of a dispatch.
    const told = await holding(world.aws.clock, () => peakOf(world, step, payload));
    peaks.set(step, told.kilobytes / 1024);
    return told.answer;
  };
  for (const step of AGAIN) await measure(step);
  await measure('ask', JSON.stringify({ dispatch: id, wave: 0, token: 'token', seconds: 60 }));
  await measure('doctor', JSON.stringify(examination(world, id)));
  await world.dispatch('planned', plan);
  for (const step of FRESH) {
    await measure(step, firstGroup(inputs.get(step)?.replaceAll(id, 'planned')));
    if (step === 'send') await sleep(world.aws.clock, seconds * 1_100);
  }
  forgetEnds(world, id);
  const stopped = JSON.stringify({ dispatch: id, status: 'ABORTED' });
  const { claimsKey, life } = RevokeOutput.parse(await measure('revoke', stopped));
  const claims = z.array(Claim).parse(JSON.parse(String(world.aws.s3.read(BUCKET, claimsKey))));
  await measure('cancel', JSON.stringify({ dispatch: id, ...claims[0], life, round: 0 }));
  return Counted.shape.peaks.parse(Object.fromEntries(peaks));
}

/** As many shards of a dispatch as doctor looks at in one call. */
const examination = (world: World, id: string) => ({
  examination: 'measured',
  requester: 'bench',
  shards: world
    .plan(id)
    .shards.slice(0, MOST_SHARDS)
    .map(({ account, region }) => ({ account, region })),
});

/** As if it had been stopped before it had told of anything. */
function forgetEnds({ aws: { s3 } }: World, id: string): void {
  const objects = s3.bucket(BUCKET)?.objects;
  for (const prefix of [keys.results(id), `${keys.root(id)}/report.`])
    for (const key of s3.list(BUCKET, prefix)) objects?.delete(key);
}

const OfGroup = z.looseObject({ group: z.int() });

/** A group is as large as any in a plan for as many accounts as one holds. */
function firstGroup(payload = ''): string {
  const input = OfGroup.parse(JSON.parse(payload));
  return JSON.stringify({ ...input, group: 0, key: keys.slice('planned', 0, 0) });
}

/** The last input of each function in an execution and in one child of each of its maps. */
async function inputsOf(world: World, executionArn: string): Promise<Map<string, string>> {
  const { client } = world;
  const inputs = new Map<string, string>();
  const read = async (arn: string) => {
    for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
      const page = await client.send(
        new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1_000, nextToken }),
      );
      for (const { taskScheduledEventDetails: task } of page.events ?? []) {
        if (task?.parameters === undefined) continue;
        const { FunctionName, Payload } = Parameters.parse(JSON.parse(task.parameters));
        const step = /fleetwide-([a-z]+)/.exec(FunctionName)?.[1] ?? '';
        inputs.set(step, JSON.stringify(Payload));
      }
      nextToken = page.nextToken;
    }
  };
  await read(executionArn);
  const { mapRuns } = await client.send(new ListMapRunsCommand({ executionArn }));
  for (const { mapRunArn } of mapRuns ?? []) {
    const { executions } = await client.send(new ListExecutionsCommand({ mapRunArn }));
    const [child] = executions ?? [];
    if (child?.executionArn !== undefined) await read(child.executionArn);
  }
  return inputs;
}

/** Runs the handler, then tells what the process had at most. */
const SCRIPT = `
const { readFileSync } = await import('node:fs');
const { handler } = await import(process.env.MODULE);
const answer = await handler(JSON.parse(process.env.EVENT), {
  functionName: 'f', awsRequestId: 'r', memoryLimitInMB: '256', getRemainingTimeInMillis: () => 900000,
});
// The high-water mark of this program alone: the one of getrusage holds that of its parent too.
const [, kilobytes] = /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf-8')) ?? [];
console.log('\\n' + JSON.stringify({ kilobytes: Number(kilobytes), answer }));
`;

async function peakOf({ aws }: World, step: Step, event: string): Promise<z.infer<typeof Told>> {
  const spec = aws.lambda.functions().find(({ name }) => name === functionName(step));
  if (!spec) throw new Error(`there is no function of ${step}`);
  const session = aws.iam.sessionForService(spec.roleArn, 'lambda.amazonaws.com', spec.name);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    // The heap that Lambda's runtime gives a function of the size that is the goal (its bootstrap).
    [
      `--max-semi-space-size=${Math.floor(GOAL_MB * 0.05)}`,
      `--max-old-space-size=${Math.floor(GOAL_MB * 0.9)}`,
      '--input-type=module',
      '-e',
      SCRIPT,
    ],
    {
      env: {
        ...spec.environment,
        AWS_REGION: spec.region,
        AWS_ENDPOINT_URL: aws.url,
        AWS_ACCESS_KEY_ID: session.accessKeyId,
        AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
        AWS_SESSION_TOKEN: session.sessionToken,
        MODULE: join(spec.directory, 'index.mjs'),
        EVENT: event,
      },
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return Told.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}
