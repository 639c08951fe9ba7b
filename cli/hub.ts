/** The hub as the CLI sees it: start and watch executions, read what the steps wrote. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  ListExecutionsCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  StateMachineDoesNotExist,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type * as z from 'zod';
import { parseJson } from '../contract/problems.ts';
import { RECALL_MACHINE, resultsBucketName, STATE_MACHINE, uploadKey } from '../contract/names.ts';
import type { StartInput } from '../contract/request.ts';
import type { LocalFile } from './copy.ts';
import { createDoctor, type Doctor } from './doctor/doctor.ts';
import { CliError, EXIT } from './exit.ts';
import { createSchedules, type Schedules } from './schedules.ts';
import type { Settings } from './settings.ts';

export interface Execution {
  readonly status: string;
  readonly error: string;
  readonly cause: string;
  /** JSON. */
  readonly output?: string | undefined;
}

/** A dispatch as the list of executions shows it. */
export interface Listed {
  readonly id: string;
  readonly status: string;
  readonly startedAt: Date;
  readonly endedAt?: Date;
}

export interface Hub {
  readonly bucket: string;
  /** The caller, whole. */
  readonly arn: string;
  /** The name of the caller's session or user: what a request's requester is when nothing else is said. */
  readonly caller: string;
  readonly schedules: Schedules;
  readonly doctor: Doctor;
  start(id: string, request: StartInput): Promise<void>;
  /** Puts a file where requests can take it from, unless it is there; returns its address. */
  upload(file: LocalFile): Promise<string>;
  execution(id: string): Promise<Execution>;
  /** All dispatches, the latest first. */
  executions(status?: ExecutionStatus): AsyncGenerator<Listed>;
  stop(id: string): Promise<void>;
  /** False when that name has been used by a recall that has ended. */
  startRecall(name: string, id: string): Promise<boolean>;
  recall(name: string): Promise<Execution>;
  /** Sends a task token back; false when nobody waits for it any more. */
  answer(token: string, output: unknown): Promise<boolean>;
  find<T>(schema: z.ZodType<T>, key: string): Promise<T | undefined>;
  lines<T>(schema: z.ZodType<T>, key: string): Promise<T[]>;
  text(key: string): Promise<string | undefined>;
  /** The bytes of an object, as they come; undefined where there is none. */
  bytes(key: string): Promise<Readable | undefined>;
  /** Keys under a prefix with their ETags. */
  list(prefix: string): Promise<Map<string, string>>;
}

export async function connect(settings: Settings): Promise<Hub> {
  const config = {
    ...(settings.region && { region: settings.region.value }),
    ...(settings.profile && { profile: settings.profile.value }),
  };
  const sts = new STSClient(config);
  const s3 = new S3Client(config);
  const sfn = new SFNClient(config);
  const identity = await sts.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
    throw new CliError(
      `cannot tell who is calling: ${String(error)}\nLook whether AWS_ENDPOINT_URL, if it is set, is right; sign in (aws sso login), or set AWS_PROFILE, or the AWS_… variables that "fleetwide local" prints.`,
      EXIT.broken,
    );
  });
  const region = await s3.config.region();
  const [, partition = 'aws', , , account = ''] = (identity.Arn ?? '').split(':');
  const { hub } = settings;
  if (hub && hub.value !== account)
    throw new CliError(
      `these are credentials of account ${account}; the hub is ${hub.value} (${hub.origin})\nSign in to the hub, or choose its profile (--profile).`,
      EXIT.broken,
    );
  const machine = `arn:${partition}:states:${region}:${account}:stateMachine:${STATE_MACHINE}`;
  const noHub = new CliError(
    `no Fleetwide hub in account ${account}, ${region}: ${machine} does not exist.\nUse the hub account's credentials and its home Region (--region), or deploy one there.`,
    EXIT.broken,
  );
  const bucket = resultsBucketName(account, region);
  const arnOf = (machineName: string, name: string) =>
    `arn:${partition}:states:${region}:${account}:execution:${machineName}:${name}`;
  const describe = async (machineName: string, name: string): Promise<Execution> => {
    const what = machineName === STATE_MACHINE ? 'dispatch' : 'recall';
    try {
      const { status, error, cause, output } = await sfn.send(
        new DescribeExecutionCommand({ executionArn: arnOf(machineName, name) }),
      );
      return { status: status ?? '', error: error ?? '', cause: cause ?? '', output };
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist)
        throw new CliError(
          `no ${what} ${name} in account ${account}, ${region}; is that the hub's home Region (--region)?`,
          EXIT.request,
        );
      throw new CliError(`cannot read the ${what}: ${String(error)}`, EXIT.broken);
    }
  };

  const body = async (key: string) => {
    try {
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return answer.Body;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw new CliError(`cannot read s3://${bucket}/${key}: ${String(error)}`, EXIT.broken);
    }
  };

  const text = async (key: string) => (await body(key))?.transformToString('utf-8');

  return {
    bucket,
    arn: identity.Arn ?? '',
    caller: (identity.Arn ?? '').split('/').at(-1) ?? '',
    schedules: createSchedules(new SchedulerClient(config), { partition, account, region }),
    doctor: createDoctor({ sfn, sts }, { partition, account, region }),
    text,
    async bytes(key) {
      const found = await body(key);
      return found instanceof Readable ? found : undefined;
    },
    async upload({ path, name, bytes, sha256 }) {
      const key = uploadKey(sha256, name);
      const uri = `s3://${bucket}/${key}`;
      try {
        // Looked for first, as a put on condition that it is missing would send it all the same.
        await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return uri;
      } catch (error) {
        if (!(error instanceof NotFound))
          throw new CliError(`cannot look for ${uri}: ${String(error)}`, EXIT.broken);
      }
      await s3
        .send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: createReadStream(path),
            ContentLength: bytes,
            // S3 holds what arrives against it.
            ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
          }),
        )
        .catch((error: unknown) => {
          throw new CliError(`cannot upload to ${uri}: ${String(error)}`, EXIT.broken);
        });
      return uri;
    },
    async start(id, request) {
      try {
        await sfn.send(
          new StartExecutionCommand({
            stateMachineArn: machine,
            name: id,
            input: JSON.stringify(request),
          }),
        );
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists)
          throw new CliError(`dispatch ${id} exists already; nothing was started`, EXIT.request);
        if (error instanceof StateMachineDoesNotExist) throw noHub;
        throw new CliError(`cannot start the dispatch: ${String(error)}`, EXIT.broken);
      }
    },
    async answer(taskToken, output) {
      try {
        await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
        return true;
      } catch (error) {
        if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist) return false;
        throw new CliError(`cannot answer: ${String(error)}`, EXIT.broken);
      }
    },
    execution: (id) => describe(STATE_MACHINE, id),
    recall: (name) => describe(RECALL_MACHINE, name),
    async stop(id) {
      const stop = new StopExecutionCommand({
        executionArn: arnOf(STATE_MACHINE, id),
        error: 'Cancelled',
        cause: 'by fleetwide cancel',
      });
      await sfn.send(stop).catch((thrown: unknown) => {
        throw new CliError(`cannot stop the dispatch: ${String(thrown)}`, EXIT.broken);
      });
    },
    async startRecall(name, id) {
      try {
        await sfn.send(
          new StartExecutionCommand({
            stateMachineArn: `arn:${partition}:states:${region}:${account}:stateMachine:${RECALL_MACHINE}`,
            name,
            input: JSON.stringify({ dispatch: id }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return false;
        throw new CliError(`cannot start the recall: ${String(error)}`, EXIT.broken);
      }
    },
    async *executions(statusFilter) {
      for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
        const page = await sfn
          .send(
            new ListExecutionsCommand({
              stateMachineArn: machine,
              ...(statusFilter && { statusFilter }),
              ...(nextToken && { nextToken }),
            }),
          )
          .catch((error: unknown) => {
            if (error instanceof StateMachineDoesNotExist) throw noHub;
            throw new CliError(`cannot list the dispatches: ${String(error)}`, EXIT.broken);
          });
        for (const { name, status, startDate, stopDate } of page.executions ?? [])
          if (name && startDate)
            yield {
              id: name,
              status: status ?? '',
              startedAt: startDate,
              ...(stopDate && { endedAt: stopDate }),
            };
        nextToken = page.nextToken;
      }
    },
    async find(schema, key) {
      const found = await text(key);
      return found === undefined
        ? undefined
        : parseJson(schema, found, 'StoredObjectInvalid', `s3://${bucket}/${key}`);
    },
    async lines(schema, key) {
      return ((await text(key)) ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => parseJson(schema, line, 'StoredObjectInvalid', `s3://${bucket}/${key}`));
    },
    async list(prefix) {
      const found = new Map<string, string>();
      for (let token: string | undefined, first = true; first || token; first = false) {
        const page = await s3.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
        );
        for (const object of page.Contents ?? [])
          if (object.Key) found.set(object.Key, object.ETag ?? '');
        token = page.NextContinuationToken;
      }
      return found;
    },
  };
}
