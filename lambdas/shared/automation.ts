/**
 * Automation in one account and Region, as the steps see it. Every answer is parsed here; past this line it is
 * trusted. AWS takes 1 start and 3 looks a second in an account and Region (Systems Manager quotas): the steps
 * ask for one start at a time, and for a list where several executions are open.
 */
import {
  AutomationExecutionNotFoundException,
  DescribeAutomationExecutionsCommand,
  DescribeAutomationStepExecutionsCommand,
  GetAutomationExecutionCommand,
  type SSMClient,
  StartAutomationExecutionCommand,
  StopAutomationExecutionCommand,
} from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { problemsOf } from '../../contract/problems.ts';

const PAGE = 50;

const text = z.string().optional();
const Values = z.record(z.string(), z.array(z.string())).default({});
const Execution = z.object({
  AutomationExecutionId: z.string(),
  AutomationExecutionStatus: z.string(),
  ExecutedBy: text,
  ParentAutomationExecutionId: text,
  ExecutionStartTime: z.date().optional(),
  ExecutionEndTime: z.date().optional(),
  FailureMessage: text,
  Outputs: Values,
});
export type Execution = z.infer<typeof Execution>;

const Step = z.object({
  StepName: z.string(),
  Action: z.string(),
  StepStatus: z.string(),
  ExecutionStartTime: z.date().optional(),
  ExecutionEndTime: z.date().optional(),
  FailureMessage: text,
});
export type Step = z.infer<typeof Step>;

const Whole = Execution.extend({
  Parameters: Values,
  StepExecutions: z.array(Step).default([]),
  StepExecutionsTruncated: z.boolean().default(false),
});
export type Whole = z.infer<typeof Whole>;

export interface Starting {
  /** Name or ARN of the runbook. */
  readonly runbook: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** A UUID; a second start with it starts nothing. */
  readonly token: string;
}

export interface Automation {
  /** Id of the execution. */
  start(starting: Starting): Promise<string>;
  /** `undefined` while Automation does not show it. */
  execution(id: string): Promise<Whole | undefined>;
  /** Executions that began at or after `since`, newest first. */
  startedSince(since: Date): AsyncGenerator<Execution[]>;
  /** All steps, where the execution itself shows some alone. */
  steps(id: string): Promise<Step[]>;
  stop(id: string): Promise<void>;
}

export function createAutomation(clients: {
  readonly reader: Pick<SSMClient, 'send'>;
  /** Repeats throttled calls alone: when a start is repeated is Send's matter. */
  readonly sender: Pick<SSMClient, 'send'>;
}): Automation {
  const { reader: client, sender } = clients;
  return {
    async start({ runbook, version, parameters, token }) {
      const answer = await sender.send(
        new StartAutomationExecutionCommand({
          DocumentName: runbook,
          DocumentVersion: version,
          ClientToken: token,
          // The service refuses an empty map.
          ...(Object.keys(parameters).length > 0 && {
            Parameters: Object.fromEntries(
              Object.entries(parameters).map(([name, values]) => [name, [...values]]),
            ),
          }),
        }),
      );
      return parse(z.string(), answer.AutomationExecutionId, 'StartAutomationExecution');
    },
    async execution(id) {
      try {
        const answer = await client.send(
          new GetAutomationExecutionCommand({ AutomationExecutionId: id }),
        );
        return parse(Whole, answer.AutomationExecution, 'GetAutomationExecution');
      } catch (error) {
        if (error instanceof AutomationExecutionNotFoundException) return undefined;
        throw error;
      }
    },
    async *startedSince(since) {
      for (let token: string | undefined, first = true; first || token; first = false) {
        const answer = await client.send(
          new DescribeAutomationExecutionsCommand({
            MaxResults: PAGE,
            NextToken: token,
            Filters: [{ Key: 'StartTimeAfter', Values: [`${since.toISOString().slice(0, 19)}Z`] }],
          }),
        );
        yield parse(
          z.array(Execution),
          answer.AutomationExecutionMetadataList ?? [],
          'DescribeAutomationExecutions',
        );
        token = answer.NextToken;
      }
    },
    async steps(id) {
      const steps: Step[] = [];
      for (let token: string | undefined, first = true; first || token; first = false) {
        const answer = await client.send(
          new DescribeAutomationStepExecutionsCommand({
            AutomationExecutionId: id,
            MaxResults: PAGE,
            NextToken: token,
          }),
        );
        steps.push(
          ...parse(z.array(Step), answer.StepExecutions ?? [], 'DescribeAutomationStepExecutions'),
        );
        token = answer.NextToken;
      }
      return steps;
    },
    async stop(id) {
      await client.send(
        new StopAutomationExecutionCommand({ AutomationExecutionId: id, Type: 'Cancel' }),
      );
    },
  };
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, operation: string): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new FleetwideError('UnexpectedAnswer', `ssm:${operation}`, problemsOf(parsed.error));
}
