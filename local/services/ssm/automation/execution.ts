/** An execution of a runbook, and what the service shows of it. */
import type {
  AutomationExecution,
  AutomationExecutionMetadata,
  AutomationExecutionStatus,
  StepExecution,
} from '@aws-sdk/client-ssm';
import type { Caller } from '../../../core/operation.ts';
import { textOf } from './references.ts';
import { isRecord } from './select.ts';
import type { FoundRunbook } from './runbooks.ts';
import type { Step } from './runbook.ts';

export interface StepRun {
  readonly id: string;
  readonly step: Step;
  status: AutomationExecutionStatus;
  startedAt?: number;
  endedAt?: number;
  failure?: string;
  inputs: Readonly<Record<string, unknown>>;
  outputs: Readonly<Record<string, unknown>>;
}

export interface Run {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly order: number;
  readonly runbook: FoundRunbook;
  /** As the caller named it. */
  readonly documentName: string;
  readonly caller: Caller;
  /** Empty: it acts as its caller. */
  readonly roleArn: string;
  readonly token: string | undefined;
  /** What a second start with the token must ask for as well. */
  readonly asked: string;
  readonly parameters: Record<string, string[]>;
  readonly values: ReadonlyMap<string, unknown>;
  readonly requestedAt: number;
  readonly visibleAt: number;
  readonly steps: readonly StepRun[];
  readonly stop: AbortController;
  status: AutomationExecutionStatus;
  endedAt?: number;
  failure?: string;
  outputs: Record<string, string[]>;
  /** Calls that were recorded alone, since there is no such service here. */
  readonly simulated: Set<string>;
}

const OVER: ReadonlySet<string> = new Set(['Success', 'Failed', 'TimedOut', 'Cancelled']);
export const isOver = ({ status }: Run): boolean => OVER.has(status);

/** Most steps that GetAutomationExecution shows. */
const SHOWN = 100;

const common = (run: Run) => ({
  AutomationExecutionId: run.id,
  DocumentName: run.documentName,
  DocumentVersion: run.runbook.version,
  AutomationExecutionStatus: run.status,
  ExecutionStartTime: new Date(run.requestedAt),
  ...(run.endedAt !== undefined && { ExecutionEndTime: new Date(run.endedAt) }),
  ExecutedBy: run.caller.arn,
  Outputs: run.outputs,
  Mode: 'Auto' as const,
  ...(run.failure !== undefined && { FailureMessage: run.failure }),
  Targets: [],
  ResolvedTargets: { ParameterValues: [], Truncated: false },
});

export const showRun = (run: Run): AutomationExecution => ({
  ...common(run),
  Parameters: run.parameters,
  StepExecutions: run.steps.slice(0, SHOWN).map(showStep),
  StepExecutionsTruncated: run.steps.length > SHOWN,
});

export const showMetadata = (run: Run): AutomationExecutionMetadata => ({
  ...common(run),
  LogFile: '',
  AutomationType: 'Local',
});

export const showStep = (run: StepRun): StepExecution => ({
  StepExecutionId: run.id,
  StepName: run.step.name,
  Action: run.step.action,
  StepStatus: run.status,
  OnFailure: run.step.onFailure,
  MaxAttempts: run.step.maxAttempts,
  IsEnd: run.step.isEnd,
  IsCritical: run.step.isCritical,
  ...(run.step.timeoutSeconds !== undefined && { TimeoutSeconds: run.step.timeoutSeconds }),
  ...(run.startedAt !== undefined && { ExecutionStartTime: new Date(run.startedAt) }),
  ...(run.endedAt !== undefined && { ExecutionEndTime: new Date(run.endedAt) }),
  ...(run.failure !== undefined && { FailureMessage: run.failure }),
  Inputs: Object.fromEntries(Object.entries(run.inputs).map(([k, v]) => [k, JSON.stringify(v)])),
  Outputs: Object.fromEntries(Object.entries(run.outputs).map(([k, v]) => [k, textsOf(v)])),
});

/** Every output is a list of texts. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.map((each: unknown) => (isRecord(each) ? JSON.stringify(each) : textOf(each)))
    : [textOf(value)];
