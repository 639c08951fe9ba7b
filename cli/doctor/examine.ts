/** Asks the hub's doctor, some accounts at a time. */
import {
  DescribeExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import { type DoctorInput, DoctorOutput, MOST_SHARDS } from '../../contract/doctor.ts';
import { DOCTOR_MACHINE } from '../../contract/names.ts';
import { parseJson } from '../../contract/problems.ts';
import type { Place } from '../../contract/scheduled.ts';
import { CliError, EXIT } from '../exit.ts';
import { causeText } from '../follow/broken.ts';

/** What is to be looked at; `name` is unique, and shown in the CloudTrail of the accounts. */
export interface Examination extends Pick<DoctorInput, 'requester' | 'shards'> {
  readonly name: string;
  readonly documents?: readonly string[] | undefined;
  readonly agentAtLeast?: string | undefined;
  readonly trusts?: DoctorInput['trusts'];
}

export type Progress = (done: number, all: number) => void;

/** DescribeExecution takes 10 calls a second where it takes least (Step Functions Developer Guide, "Quotas"). */
const EXAMINATIONS_AT_ONCE = 8;
const MS_BETWEEN_LOOKS = 1000;

export async function examine(
  sfn: SFNClient,
  place: Place,
  { name, shards, trusts = [], ...ask }: Examination,
  progress: Progress = () => undefined,
): Promise<DoctorOutput> {
  const parts = partsOf(shards);
  let done = 0;
  const answers = await pMap(
    parts,
    async (part, n) => {
      const more = { trusts: n === 0 ? trusts : [], examination: `${name}-${n}`, shards: part };
      const answer = await once(sfn, place, { ...ask, ...more });
      done += part.length;
      progress(done, shards.length);
      return answer;
    },
    { concurrency: EXAMINATIONS_AT_ONCE },
  );
  return {
    closed: answers.flatMap(({ closed }) => closed),
    shards: answers.flatMap((answer) => answer.shards),
    trusts: answers.flatMap((answer) => answer.trusts),
  };
}

/** Whole accounts together; at least one part, for what is asked beside shards. */
function partsOf(shards: DoctorInput['shards']): readonly DoctorInput['shards'][] {
  const parts: DoctorInput['shards'][] = [[]];
  for (const own of Map.groupBy(shards, ({ account }) => account).values()) {
    const last = parts.at(-1);
    if (last && last.length + own.length <= MOST_SHARDS) last.push(...own);
    else parts.push(own);
  }
  return parts;
}

async function once(sfn: SFNClient, place: Place, input: object & { examination: string }) {
  const { partition, account, region } = place;
  const { executionArn } = await sfn
    .send(
      new StartExecutionCommand({
        stateMachineArn: `arn:${partition}:states:${region}:${account}:stateMachine:${DOCTOR_MACHINE}`,
        name: input.examination,
        input: JSON.stringify(input),
      }),
    )
    .catch((error: unknown) => {
      throw new CliError(
        error instanceof StateMachineDoesNotExist
          ? `there is no ${DOCTOR_MACHINE} in account ${account}, ${region}: deploy the Hub stack of this version there, or use the hub's credentials and home Region`
          : `cannot start the examination: ${String(error)}`,
        EXIT.broken,
      );
    });
  for (;;) {
    const { status, output, error, cause } = await sfn.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (status === 'SUCCEEDED')
      return parseJson(DoctorOutput, output ?? '', 'UnexpectedAnswer', input.examination);
    if (status !== 'RUNNING')
      throw new CliError(
        `examination ${input.examination} ${status}: ${error ?? ''}\n${causeText(cause ?? '')}`,
        EXIT.broken,
      );
    await pause(MS_BETWEEN_LOOKS);
  }
}
