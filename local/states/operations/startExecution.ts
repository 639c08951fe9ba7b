import type { StartExecutionInput, StartExecutionOutput } from '@aws-sdk/client-sfn';
import { AwsError, type Operation } from '../../core/operation.ts';
import { startExecution as start } from '../engine.ts';
import { type Execution, isOver } from '../execution.ts';
import { byteLength, type Payload, parsePayload } from '../json.ts';
import { allowed, type Context, date, findMachine, invalid, only, required } from './shared.ts';

/** Bytes of an execution's input (developer guide, service quotas). */
const INPUT_LIMIT = 256 * 1024;
/** API reference, StartExecution: name. Control characters are looked for apart. */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/]/;
/** A name can be used again this long after its execution has closed (same page). */
const NAME_KEPT_MS = 90 * 24 * 3600 * 1000;

export const startExecution =
  (context: Context): Operation<StartExecutionInput, StartExecutionOutput> =>
  async (call, input) => {
    only(input, ['stateMachineArn', 'name', 'input']);
    const arn = required('stateMachineArn', input.stateMachineArn);
    allowed(context, call, 'stateMachine', arn);
    const machine = findMachine(context, arn);
    const { engine } = context;
    const name = checkedName(input.name ?? engine.newId());
    const payload = checkedInput(input.input ?? '{}');
    const executionArn = `${arn.replace(/:stateMachine:.*$/, '')}:execution:${machine.name}:${name}`;
    const existing = engine.store.executions.get(executionArn);
    if (existing && !isForgotten(existing, engine.clock.now())) {
      // Idempotent only while it runs, and only for the very same input.
      if (!isOver(existing) && existing.input.text === payload.text)
        return { executionArn, startDate: date(existing.startDate) };
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    const execution = start(engine, {
      machine,
      flow: machine.flow,
      machineArn: machine.arn,
      machineName: machine.name,
      name,
      input: payload,
    });
    return { executionArn, startDate: date(execution.startDate) };
  };

const isForgotten = (execution: Execution, now: number): boolean =>
  execution.stopDate !== undefined && now - execution.stopDate > NAME_KEPT_MS;

function checkedName(name: string): string {
  if (name.length < 1 || name.length > 80 || FORBIDDEN.test(name) || hasControl(name))
    throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}

const hasControl = (text: string): boolean =>
  Array.from(text).some((char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x20 || (code >= 0x7f && code <= 0x9f);
  });

function checkedInput(text: string): Payload {
  if (byteLength(text) > INPUT_LIMIT)
    throw invalid(
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${INPUT_LIMIT}`,
    );
  try {
    return parsePayload(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`);
  }
}
