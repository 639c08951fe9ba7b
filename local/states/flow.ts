import type { Query, Scope } from './expression.ts';
import type { Json } from './json.ts';
import type { RetrierSource } from './schema.ts';

/** A definition made ready to run: names checked, expressions compiled, defaults filled in. */
export interface Flow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  /** Seconds. */
  readonly timeout?: number;
}

export type Typed<T> = (scope: Scope) => Promise<T>;

/** What leaves a state: without Output its default (the result, or the input). */
export interface Data {
  readonly output?: Query;
  readonly assign?: Query;
}

export interface Catcher extends Data {
  readonly errorEquals: readonly string[];
  readonly next: string;
}

interface Base extends Data {
  readonly name: string;
  /** Absent: the execution ends here. */
  readonly next?: string;
}

interface Guarded extends Base {
  readonly retry: readonly RetrierSource[];
  readonly catch: readonly Catcher[];
}

export interface TaskState extends Guarded {
  readonly type: 'Task';
  /** Without the `.waitForTaskToken` suffix: as the task runner knows it. */
  readonly resource: string;
  readonly waitForToken: boolean;
  readonly arguments: Query;
  /** Seconds. A task without it never times out. */
  readonly timeout?: Typed<number>;
  readonly heartbeat?: Typed<number>;
}

export interface PassState extends Base {
  readonly type: 'Pass';
}

export interface ChoiceRule extends Data {
  readonly condition: Typed<boolean>;
  readonly next: string;
}

export interface ChoiceState extends Data {
  readonly type: 'Choice';
  readonly name: string;
  readonly rules: readonly ChoiceRule[];
  readonly fallback?: string;
}

export interface WaitState extends Base {
  readonly type: 'Wait';
  readonly until:
    | { readonly seconds: Typed<number> }
    | {
        /** ISO 8601 with offset. */
        readonly timestamp: Typed<string>;
      };
}

export interface SucceedState extends Data {
  readonly type: 'Succeed';
  readonly name: string;
}

export interface FailState {
  readonly type: 'Fail';
  readonly name: string;
  readonly error?: Typed<string>;
  readonly cause?: Typed<string>;
}

export interface MapState extends Guarded {
  readonly type: 'Map';
  readonly label: string;
  readonly processor: Flow;
  /** Absent together with `reader`: the state's input is the array. */
  readonly items?: Typed<readonly Json[]>;
  readonly reader?: {
    readonly resource: string;
    readonly inputType: 'JSON' | 'JSONL';
    readonly bucket: Typed<string>;
    readonly key: Typed<string>;
  };
  readonly selector?: Query;
  readonly maxConcurrency?: Typed<number>;
  readonly toleratedPercentage?: Typed<number>;
  readonly toleratedCount?: Typed<number>;
  readonly writer?: {
    readonly resource: string;
    readonly bucket: Typed<string>;
    readonly prefix: Typed<string>;
    readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
    readonly outputType: 'JSON' | 'JSONL';
  };
}

export type State =
  TaskState | PassState | ChoiceState | WaitState | SucceedState | FailState | MapState;
