/** What the host and a sandbox say to each other. */

/** How a function failed, as Lambda answers it: the payload of an invocation with FunctionError. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What a sandbox is started with. */
export interface Boot {
  readonly directory: string;
  readonly handler: string;
  /** Milliseconds since the epoch, on the world's clock. */
  readonly now: number;
}

export interface Invocation {
  /** The event as JSON. */
  readonly event: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly now: number;
  readonly timeoutMs: number;
  readonly context: {
    readonly functionName: string;
    readonly invokedFunctionArn: string;
    readonly memoryLimitInMB: string;
    readonly logGroupName: string;
    readonly logStreamName: string;
  };
}

export type FromSandbox =
  /** The code is loaded; an invocation's time counts from here. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'text'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** The result as JSON. */
  | { readonly kind: 'done'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError; readonly fatal: boolean };
