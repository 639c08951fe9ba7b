/** What the service shows of its records. */
import type {
  Command as CommandView,
  CommandInvocation,
  CommandPlugin,
  CommandPluginStatus,
} from '@aws-sdk/client-ssm';
import type { Command, Details, Invocation } from './command.ts';
import { countsOf, isFinal, stateOf, statusOf } from './status.ts';

export const logsOf = ({ output }: Command) => ({
  CloudWatchLogGroupName: output?.logGroup ?? '',
  CloudWatchOutputEnabled: output?.logGroup !== undefined,
});
const mutable = (parameters: Command['parameters']) =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, [...values]]));

export function showCommand(command: Command): CommandView {
  const { status, details } = stateOf(command);
  const counts = countsOf(command);
  return {
    CommandId: command.id,
    DocumentName: command.documentName,
    DocumentVersion: command.version,
    Comment: command.comment,
    ExpiresAfter: new Date(command.expiresAt),
    Parameters: mutable(command.parameters),
    InstanceIds: [...command.instanceIds],
    Targets: [...command.targets],
    RequestedDateTime: new Date(command.requestedAt),
    Status: status,
    StatusDetails: details,
    OutputS3BucketName: command.output?.s3?.bucket ?? '',
    OutputS3KeyPrefix: command.output?.s3?.prefix ?? '',
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: counts.target,
    CompletedCount: counts.completed,
    ErrorCount: counts.error,
    DeliveryTimedOutCount: counts.deliveryTimedOut,
    ServiceRole: '',
    CloudWatchOutputConfig: logsOf(command),
    TimeoutSeconds: command.timeoutSeconds,
  };
}

export function showInvocation(invocation: Invocation, details: boolean): CommandInvocation {
  const { command } = invocation;
  return {
    CommandId: command.id,
    InstanceId: invocation.nodeId,
    InstanceName: invocation.nodeName,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.version,
    RequestedDateTime: new Date(command.requestedAt),
    Status: statusOf(invocation.details),
    StatusDetails: invocation.details,
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CommandPlugins: details ? pluginsOf(invocation) : [],
    ServiceRole: '',
    CloudWatchOutputConfig: logsOf(command),
  };
}

/** There is a plugin only once the node has begun. */
function pluginsOf({ command, details, startedAt, result }: Invocation): CommandPlugin[] {
  if (startedAt === undefined) return [];
  const urls = { StandardOutputUrl: '', StandardErrorUrl: '' };
  if (result)
    return result.steps.map((step) => ({
      Name: step.name,
      Status: step.status,
      StatusDetails: step.status === 'TimedOut' ? 'ExecutionTimedOut' : step.status,
      ResponseCode: step.exitCode,
      ResponseStartDateTime: new Date(step.startedAt),
      ResponseFinishDateTime: new Date(step.endedAt),
      Output: step.output,
      ...urls,
    }));
  const [{ name }] = command.document.steps(command.resolved);
  return [
    {
      Name: name,
      Status: pluginStatus(details),
      StatusDetails: details === 'Cancelling' ? 'InProgress' : details,
      ResponseCode: -1,
      ResponseStartDateTime: new Date(startedAt),
      Output: '',
      ...urls,
    },
  ];
}

/** A plugin knows neither Delayed nor Cancelling. */
function pluginStatus(details: Details): CommandPluginStatus {
  if (!isFinal(details)) return 'InProgress';
  const status = statusOf(details);
  return status === 'Delayed' || status === 'Cancelling' ? 'InProgress' : status;
}
