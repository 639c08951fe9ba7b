import { holding } from '../core/clock.ts';
import { identityOf } from './execution.ts';
import type { Engine } from './engine.ts';
import { ERRORS, StateError } from './failure.ts';
import { byteLength, isJsonArray, isoDate, type Json, type JsonObject, parseJson } from './json.ts';
import type { MapItem, MapRun } from './mapRun.ts';
import { redriveStatus } from './redrive.ts';
import { asFailure } from './task.ts';

/** Where and how results are exported, once the queries of ResultWriter have been evaluated. */
export interface Writer {
  readonly resource: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
  readonly outputType: 'JSON' | 'JSONL';
}

type FileKind = 'SUCCEEDED' | 'FAILED' | 'PENDING';
interface ResultFile {
  readonly Key: string;
  readonly Size: number;
}
/** The files of a manifest. Those of succeeded children add up over redrives; the others are the last attempt's. */
export type ResultFiles = Record<FileKind, readonly ResultFile[]>;

/** The outputs of the children that succeeded, in the order of the items: a map's result without ResultWriter. */
export const outputsOf = (items: readonly MapItem[]): Json[] =>
  items.flatMap(({ child }) => (child?.output === undefined ? [] : [parseJson(child.output)]));

/**
 * Writes the result files and manifest.json under `<prefix>/<map run id>/` and returns the state's result (developer
 * guide, ResultWriter). A redrive adds its files under `Redrive-<n>/`.
 */
export async function writeResults(
  engine: Engine,
  run: MapRun,
  writer: Writer,
  reported: ReadonlySet<MapItem>,
): Promise<JsonObject> {
  const folder = [writer.prefix.replace(/\/+$/, ''), run.id]
    .filter((part) => part !== '')
    .join('/');
  const subfolder = run.redriveCount === 0 ? folder : `${folder}/Redrive-${run.redriveCount}`;
  const items = run.items ?? [];
  const groups: Record<FileKind, Json[]> = {
    SUCCEEDED: transform(
      engine,
      writer,
      items.filter((item) => item.child?.status === 'SUCCEEDED' && !reported.has(item)),
    ),
    FAILED: items.flatMap((item) =>
      item.child && item.child.status !== 'SUCCEEDED' ? [record(engine, item)] : [],
    ),
    PENDING: items.flatMap((item) => (item.child ? [] : [record(engine, item)])),
  };
  const put = async (Key: string, Body: string): Promise<ResultFile> => {
    await putObject(engine, run, writer, Key, Body);
    return { Key, Size: byteLength(Body) };
  };
  const write = async (kind: FileKind): Promise<readonly ResultFile[]> => {
    const entries = groups[kind];
    if (entries.length === 0) return [];
    const suffix = writer.outputType.toLowerCase();
    return [await put(`${subfolder}/${kind}_0.${suffix}`, encode(writer, entries))];
  };
  run.files.SUCCEEDED = [...run.files.SUCCEEDED, ...(await write('SUCCEEDED'))];
  run.files.FAILED = await write('FAILED');
  run.files.PENDING = await write('PENDING');
  run.resultsWritten = items.filter((item) => item.child).length;
  const manifest = {
    DestinationBucket: writer.bucket,
    MapRunArn: run.arn,
    ResultFiles: run.files,
  };
  const { Key } = await put(`${folder}/manifest.json`, JSON.stringify(manifest));
  return { MapRunArn: run.arn, ResultWriterDetails: { Bucket: writer.bucket, Key } };
}

function transform(engine: Engine, writer: Writer, items: readonly MapItem[]): Json[] {
  if (writer.transformation === 'NONE') return items.map((item) => record(engine, item));
  const outputs = outputsOf(items);
  return writer.transformation === 'COMPACT'
    ? outputs
    : outputs.flatMap((output) => (isJsonArray(output) ? output : [output]));
}

const encode = (writer: Writer, entries: readonly Json[]): string =>
  writer.outputType === 'JSON'
    ? JSON.stringify(entries)
    : entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

/** The fields of DescribeExecution under capital names; an item that was never started has its input alone. */
function record(engine: Engine, { child, input }: MapItem): JsonObject {
  const common = { Input: input.text, InputDetails: { Included: true } };
  if (!child) return { ...common, Status: 'PENDING' };
  const { status, reason } = redriveStatus(engine, child);
  return {
    ...common,
    ExecutionArn: child.arn,
    Name: child.name,
    ...(child.output === undefined
      ? {}
      : { Output: child.output, OutputDetails: { Included: true } }),
    ...(child.error === undefined ? {} : { Error: child.error }),
    ...(child.cause === undefined ? {} : { Cause: child.cause }),
    RedriveCount: child.redriveCount,
    RedriveStatus: status,
    ...(reason === undefined ? {} : { RedriveStatusReason: reason }),
    StartDate: isoDate(child.startDate),
    StateMachineArn: child.machineArn,
    Status: child.status,
    ...(child.stopDate === undefined ? {} : { StopDate: isoDate(child.stopDate) }),
  };
}

async function putObject(
  engine: Engine,
  run: MapRun,
  writer: Writer,
  Key: string,
  Body: string,
): Promise<void> {
  const as = identityOf(run.execution);
  try {
    await holding(engine.clock, () =>
      // Not the attempt's signal: results are written even when the parent has been stopped.
      engine.tasks.run(
        writer.resource,
        { Bucket: writer.bucket, Key, Body },
        as,
        new AbortController().signal,
      ),
    );
  } catch (error) {
    const { error: name, reason } = asFailure(error);
    throw new StateError(
      ERRORS.resultWriter,
      `s3://${writer.bucket}/${Key} could not be written: ${name}: ${reason}`,
    );
  }
}
