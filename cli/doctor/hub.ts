/** Asks the hub's doctor, some accounts at a time. */
import {
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { setTimeout as pause } from 'node:timers/promises';
import { type DoctorInput, DoctorOutput } from '../../contract/doctor.ts';
import { DOCTOR_MACHINE } from '../../contract/names.ts';
import { parseJson } from '../../contract/problems.ts';
import { CliError, EXIT } from '../exit.ts';

export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

type Shard = DoctorInput['shards'][number];

/** The answer has room for 250 shards, and an account's are asked for in one go. */
const SHARDS_AT_ONCE = 200;
const EXAMINATIONS_AT_ONCE = 5;
const MS_BETWEEN_LOOKS = 500;

export async function examine(
  sfn: SFNClient,
  place: Place,
  ask: Pick<DoctorInput, 'requester' | 'trusts'> & { readonly shards: readonly Shard[] },
  name: string,
): Promise<DoctorOutput> {
  const parts = partsOf(ask.shards);
  const answers: DoctorOutput[] = [];
  let next = 0;
  const work = async () => {
    for (let n = next++; n < parts.length; n = next++) {
      const trusts = n === 0 ? ask.trusts : [];
      const input = { ...ask, trusts, shards: parts[n] ?? [], examination: `${name}-${n}` };
      answers[n] = await once(sfn, place, input);
    }
  };
  await Promise.all(Array.from({ length: EXAMINATIONS_AT_ONCE }, work));
  return {
    closed: answers.flatMap(({ closed }) => closed),
    shards: answers.flatMap(({ shards }) => shards),
    trusts: answers.flatMap(({ trusts }) => trusts),
  };
}

/** Whole accounts together; at least one part, for what is asked beside shards. */
function partsOf(shards: readonly Shard[]): readonly (readonly Shard[])[] {
  const parts: Shard[][] = [[]];
  for (const own of Map.groupBy(shards, ({ account }) => account).values()) {
    const last = parts.at(-1);
    if (last && last.length + own.length <= SHARDS_AT_ONCE) last.push(...own);
    else parts.push(own);
  }
  return parts;
}

async function once(sfn: SFNClient, place: Place, input: object & { examination: string }) {
  const { partition, account, region } = place;
  const arn = `arn:${partition}:states:${region}:${account}:stateMachine:${DOCTOR_MACHINE}`;
  const { executionArn } = await sfn
    .send(
      new StartExecutionCommand({
        stateMachineArn: arn,
        name: input.examination,
        input: JSON.stringify(input),
      }),
    )
    .catch((error: unknown) => {
      throw new CliError(
        error instanceof StateMachineDoesNotExist
          ? `no Fleetwide doctor in account ${account}, ${region}: deploy the Hub stack of this version there`
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
        `examination ${input.examination} ended ${status}: ${error ?? ''} ${cause ?? ''}`,
        EXIT.broken,
      );
    await pause(MS_BETWEEN_LOOKS);
  }
}
