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
import { functionName, keys } from '../../contract/names.ts';
import { holding, sleep } from '../../local/core/clock.ts';
import type { Counted, Measured } from './counted.ts';
import type { World } from '../../test/workflow/support/world.ts';

/** In the order in which a dispatch runs them; the first three read and write the same again. */
const AGAIN = ['discover', 'freeze', 'gate', 'report'] as const;
const FRESH = ['send', 'poll', 'collect'] as const;

/** What each function is to run in, whatever else more memory would give it: a larger share of a CPU. */
const GOAL_MB = 256;

const Parameters = z.object({ FunctionName: z.string(), Payload: z.unknown() });
const Answer = z.object({ kilobytes: z.number() });

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
  const peaks = new Map<Measured, number>();
  const measure = async (step: Measured, payload: string | undefined) => {
    if (payload === undefined) throw new Error(`${step} was not called`);
    // Virtual time stands still while it works, as it does for a function of a dispatch.
    peaks.set(step, await holding(world.aws.clock, () => peakOf(world, step, payload)));
  };
  for (const step of AGAIN) await measure(step, inputs.get(step));
  const id = executionArn.split(':').at(-1) ?? '';
  await world.dispatch('planned', plan);
  for (const step of FRESH) {
    await measure(step, firstGroup(inputs.get(step)?.replaceAll(id, 'planned')));
    if (step === 'send') await sleep(world.aws.clock, seconds * 1_100);
  }
  const of = (step: Measured) => peaks.get(step) ?? 0;
  return {
    discover: of('discover'),
    freeze: of('freeze'),
    send: of('send'),
    poll: of('poll'),
    collect: of('collect'),
    gate: of('gate'),
    report: of('report'),
  };
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
await handler(JSON.parse(process.env.EVENT), {
  functionName: 'f', awsRequestId: 'r', memoryLimitInMB: '256', getRemainingTimeInMillis: () => 900000,
});
// The high-water mark of this program alone: the one of getrusage holds that of its parent too.
const [, kilobytes] = /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf-8')) ?? [];
console.log('\\n' + JSON.stringify({ kilobytes: Number(kilobytes) }));
`;

async function peakOf({ aws }: World, step: Measured, event: string): Promise<number> {
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
  return Answer.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).kilobytes / 1024;
}
