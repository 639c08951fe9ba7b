import { AwsError } from '../core/operation.ts';
import { StateError } from './failure.ts';
import { type Json, parseJson } from './json.ts';

/** A task that waits for its token to come back. */
interface Waiting {
  readonly machineArn: string;
  readonly resolve: (output: Json) => void;
  readonly reject: (error: StateError) => void;
  readonly beat: () => void;
}

export interface Token {
  readonly text: string;
  readonly result: Promise<Json>;
  /** Nobody waits any more: the token answers TaskTimedOut from now on. */
  close(): void;
}

/** The tokens of `.waitForTaskToken` tasks. */
export class TaskTokens {
  readonly #waiting = new Map<string, Waiting>();
  readonly #closed = new Map<string, string>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  open(machineArn: string, beat: () => void): Token {
    const text = this.#newId();
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    // It may be answered before anyone waits, or after nobody does.
    promise.catch(() => undefined);
    this.#waiting.set(text, { machineArn, resolve, reject, beat });
    return {
      text,
      result: promise,
      close: () => {
        if (this.#waiting.delete(text)) this.#closed.set(text, machineArn);
      },
    };
  }

  /** The machine whose task a token belongs to: what permission to answer it is asked for. */
  machineOf(token: string): string | undefined {
    return this.#waiting.get(token)?.machineArn ?? this.#closed.get(token);
  }

  succeed(token: string, output: string): void {
    const waiting = this.#find(token);
    let value: Json;
    try {
      value = parseJson(output);
    } catch (error) {
      throw new AwsError(
        'InvalidOutput',
        `Invalid Output: '${error instanceof Error ? error.message : String(error)}'`,
      );
    }
    this.#close(token, waiting);
    waiting.resolve(value);
  }

  fail(token: string, error?: string, cause?: string): void {
    const waiting = this.#find(token);
    this.#close(token, waiting);
    waiting.reject(new StateError(error, cause));
  }

  beat(token: string): void {
    this.#find(token).beat();
  }

  #close(token: string, waiting: Waiting): void {
    this.#waiting.delete(token);
    this.#closed.set(token, waiting.machineArn);
  }

  #find(token: string): Waiting {
    const waiting = this.#waiting.get(token);
    if (waiting) return waiting;
    if (this.#closed.has(token))
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}
