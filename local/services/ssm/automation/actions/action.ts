import type { z } from 'zod';
import type { Clock } from '../../../../core/clock.ts';
import { AwsError } from '../../../../core/operation.ts';
import type { Step } from '../runbook.ts';

export interface Context {
  readonly step: Step;
  readonly clock: Clock;
  /** Aborted when the execution is stopped or the step is out of time. */
  readonly signal: AbortSignal;
  /** Calls an API as the role of the execution; throws as boto3 words it. */
  api(service: string, api: string, inputs: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** The execution waits for somebody. */
  waiting(): void;
}

export interface Done {
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Where to go on; `null`: the execution ends here. */
  readonly next?: string | null;
}

export interface Action {
  /** Of the step, where it states none (User Guide, actions reference). */
  readonly timeoutSeconds: number;
  run(context: Context, inputs: Readonly<Record<string, unknown>>): Promise<Done>;
}

/** The inputs by their schema: an unknown one is refused by name. */
export function parsed<T>(schema: z.ZodType<T>, inputs: unknown, { step }: Context): T {
  const result = schema.safeParse(inputs);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  throw new AwsError(
    'ValidationException',
    `Input ${first?.path.join('.') ?? ''} of ${step.action}: ${first?.message ?? 'invalid'}`,
  );
}
