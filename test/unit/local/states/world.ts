import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { sleep, VirtualClock } from '../../../../local/core/clock.ts';
import type { AccessQuestion, Call } from '../../../../local/core/operation.ts';
import type { TaskIdentity, TaskRunner } from '../../../../local/core/tasks.ts';
import { createStates, type StatusChange } from '../../../../local/states/index.ts';

export const START = Date.parse('2026-01-01T00:00:00Z');
export const MACHINE_ARN = 'arn:aws:states:eu-central-1:111111111111:stateMachine:Test';
export const ROLE_ARN = 'arn:aws:iam::111111111111:role/Machine';
export const INVOKE = 'arn:aws:states:::lambda:invoke';

export type Handler = (args: unknown, signal: AbortSignal, as: TaskIdentity) => unknown;

const call = (operation: string): Call => ({
  service: 'states',
  operation,
  region: 'eu-central-1',
  caller: {
    account: '111111111111',
    arn: 'arn:aws:iam::111111111111:user/someone',
    userId: 'AIDA',
    accessKeyId: 'AKIA',
    kind: 'user',
    identityPolicies: [],
  },
  secure: true,
  requestId: 'request',
});

/** Step Functions on virtual time, with an S3 of its own and the Lambdas that a test hands in. */
export function world(handlers: Readonly<Record<string, Handler>> = {}) {
  const clock = new VirtualClock(START);
  const objects = new Map<string, string>();
  const asked: AccessQuestion[] = [];
  const starts: { machine: string; redrive: boolean }[] = [];
  const events: StatusChange[] = [];
  let ids = 0;
  const s3: Record<string, Handler> = {
    'arn:aws:states:::s3:getObject': (args) => {
      const text = objects.get(keyOf(args));
      if (text === undefined) throw new Error(`no object ${keyOf(args)}`);
      return { Body: Buffer.from(text) };
    },
    'arn:aws:states:::s3:putObject': (args) => {
      const { Body } = record(args);
      objects.set(keyOf(args), String(Body));
      return {};
    },
  };
  const all: Readonly<Record<string, Handler>> = { ...s3, ...handlers };
  const tasks: TaskRunner = {
    resources: [INVOKE, ...Object.keys(handlers)],
    mayStartChildren: (machine, redrive) => void starts.push({ machine, redrive }),
    async run(resource, args, as, signal) {
      const handler = all[resource];
      if (!handler) throw new Error(`no handler for ${resource}`);
      return handler(args, signal, as);
    },
  };
  const states = createStates({
    clock,
    tasks,
    authorize: (_call, question) => void asked.push(question),
    newId: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`,
    random: () => 0.5,
  });
  states.onStatusChange((event) => void events.push(event));

  /** Calls an operation as the wire does, and hands back what it answers. */
  const send = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const operation = states.service.operations[name];
    if (!operation) throw new Error(`no operation ${name}`);
    // The table holds operations of every input shape; the wire decodes each, here the test writes it.
    const answer: unknown = await Reflect.apply(operation, undefined, [call(name), input]);
    return record(answer);
  };
  const put = (definition: object, arn = MACHINE_ARN) =>
    states.putStateMachine({
      arn,
      name: arn.split(':').at(-1) ?? '',
      roleArn: ROLE_ARN,
      region: 'eu-central-1',
      account: '111111111111',
      definition: JSON.stringify({ QueryLanguage: 'JSONata', ...definition }),
    });
  const start = async (input: unknown = {}, name?: string): Promise<string> => {
    const started = await send('StartExecution', {
      stateMachineArn: MACHINE_ARN,
      input: JSON.stringify(input),
      ...(name === undefined ? {} : { name }),
    });
    return String(started.executionArn);
  };
  const describe = (executionArn: string) => send('DescribeExecution', { executionArn });
  const after = (seconds: number) => sleep(clock, seconds * 1000);
  /** Lets a day of virtual time go by: enough for anything that ends by itself. */
  const finished = async (executionArn: string) => {
    await after(86_400);
    return describe(executionArn);
  };
  const history = async (executionArn: string): Promise<HistoryEvent[]> => {
    const answer = await send('GetExecutionHistory', { executionArn, maxResults: 1000 });
    if (!Array.isArray(answer.events)) throw new Error('no events');
    return answer.events;
  };
  const types = async (executionArn: string) =>
    (await history(executionArn)).map(({ type }) => String(type));
  const run = async (definition: object, input: unknown = {}) => {
    put(definition);
    return finished(await start(input));
  };
  return {
    clock,
    objects,
    asked,
    starts,
    events,
    states,
    send,
    put,
    start,
    describe,
    after,
    finished,
    history,
    types,
    run,
  };
}

export function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new Error(`not an object: ${JSON.stringify(value)}`);
  return Object.fromEntries(Object.entries(value));
}

function keyOf(args: unknown): string {
  const { Bucket, Key } = record(args);
  return `${String(Bucket)}/${String(Key)}`;
}

/** Event types, one after the other. */
export const words = (text: string): string[] => text.split(/\s+/);

/** A machine of one state. */
export const one = (state: object, more: object = {}) => ({
  StartAt: 'Only',
  States: { Only: { End: true, ...state } },
  ...more,
});

export const task = (more: object = {}) => ({
  Type: 'Task',
  Resource: INVOKE,
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
  ...more,
});

/** A map whose children are `states`, starting at the first. */
export const map = (states: Readonly<Record<string, object>>, more: object = {}) => ({
  Type: 'Map',
  Label: 'Each',
  Items: '{% $states.input.items %}',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: Object.keys(states)[0],
    States: states,
  },
  ...more,
});

export const outputOf = (described: Record<string, unknown>): unknown =>
  JSON.parse(String(described.output));
