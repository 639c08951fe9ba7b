/** Executions of dispatches and of recalls, as a recall sees them. */
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { problemsOf } from '../../contract/problems.ts';

const Execution = z.object({
  status: z.string(),
  redriveCount: z.int().default(0),
  error: z.string().default(''),
  cause: z.string().default(''),
});
export type Execution = z.infer<typeof Execution>;

export interface Executions {
  describe(executionArn: string): Promise<Execution>;
}

export const createExecutions = (sfn: Pick<SFNClient, 'send'>): Executions => ({
  async describe(executionArn) {
    const answer = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    const parsed = Execution.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new FleetwideError(
      'UnexpectedAnswer',
      `states:DescribeExecution of ${executionArn}`,
      problemsOf(parsed.error),
    );
  },
});
