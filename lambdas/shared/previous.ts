/** The dispatches of a schedule before this one, as Step Functions sees them. */
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { FleetwideError } from '../../contract/errors.ts';
import { reasonOf } from './reasons.ts';

export interface Execution {
  readonly state: 'running' | 'succeeded' | 'broken';
  /** Milliseconds since the epoch. */
  readonly stoppedAt?: number;
}

export interface Previous {
  /** `undefined`: Step Functions knows none, which is so 90 days after its end. */
  find(executionArn: string): Promise<Execution | undefined>;
}

const STATES: Readonly<Record<string, Execution['state']>> = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'running',
  SUCCEEDED: 'succeeded',
};

export const createPrevious = (sfn: Pick<SFNClient, 'send'>): Previous => ({
  async find(executionArn) {
    try {
      const { status = '', stopDate } = await sfn.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      return {
        state: STATES[status] ?? 'broken',
        ...(stopDate && { stoppedAt: stopDate.getTime() }),
      };
    } catch (error) {
      const { code, message } = reasonOf(error, 'states:DescribeExecution');
      if (code === 'ExecutionDoesNotExist') return undefined;
      if (code !== 'AccessDenied') throw error;
      throw new FleetwideError('AccessDenied', `states:DescribeExecution: ${message}`);
    }
  },
});
