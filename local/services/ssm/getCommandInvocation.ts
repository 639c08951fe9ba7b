import type { GetCommandInvocationRequest, GetCommandInvocationResult } from '@aws-sdk/client-ssm';
import { AwsError, type Operation } from '../../core/operation.ts';
import { placeOf, type SsmDeps } from './deps.ts';
import type { Command } from './command.ts';
import { statusOf } from './status.ts';
import { logsOf } from './views.ts';
import { commandIdOf, nodeIdOf, onlyKnown } from './validation.ts';

/** Of what the agent sends (24,000 bytes each) the service shows less of stderr (service model). */
const STDERR_LIMIT = 8_000;
const SUFFIX = '--output truncated--';

export const getCommandInvocation =
  ({
    clock,
    store,
    authorize,
  }: SsmDeps): Operation<GetCommandInvocationRequest, GetCommandInvocationResult> =>
  async (call, input) => {
    authorize(call, { action: 'ssm:GetCommandInvocation', resource: '*' });
    onlyKnown('GetCommandInvocation', input, ['CommandId', 'InstanceId', 'PluginName']);
    const commandId = commandIdOf(input.CommandId);
    const nodeId = nodeIdOf(input.InstanceId);
    const command = store.shard(placeOf(call)).find(commandId, clock.now());
    const visible = command !== undefined && command.visibleAt <= clock.now();
    const invocation = visible ? command.invocations.get(nodeId) : undefined;
    if (!command || !invocation)
      throw new AwsError(
        'InvocationDoesNotExist',
        `There is no invocation of command ${commandId} on ${nodeId}.`,
      );
    const plugin = stepNamed(command, input.PluginName);
    const { startedAt, details } = invocation;
    const result = invocation.result?.steps.find(({ name }) => name === plugin);
    const start = result?.startedAt ?? startedAt;
    return {
      CommandId: commandId,
      InstanceId: nodeId,
      Comment: command.comment,
      DocumentName: command.documentName,
      DocumentVersion: command.version,
      PluginName: plugin,
      ResponseCode: result?.exitCode ?? -1,
      ExecutionStartDateTime: start === undefined ? '' : new Date(start).toISOString(),
      ExecutionElapsedTime: result ? duration(result.endedAt - result.startedAt) : '',
      ExecutionEndDateTime: result ? new Date(result.endedAt).toISOString() : '',
      Status: statusOf(details),
      StatusDetails: details,
      StandardOutputContent: result?.stdout ?? '',
      StandardOutputUrl: '',
      StandardErrorContent: cut(result?.stderr ?? ''),
      StandardErrorUrl: '',
      CloudWatchOutputConfig: logsOf(command),
    };
  };

/** A document of one step needs no name; one of several needs the step's (service model). */
function stepNamed({ document, resolved }: Command, asked: string | undefined): string {
  const names = document.steps(resolved).map(({ name }) => name);
  const [only = '', ...others] = names;
  if (asked === undefined && others.length === 0) return only;
  if (asked !== undefined && names.includes(asked)) return asked;
  throw new AwsError(
    'InvalidPluginName',
    `Document ${document.name} has the steps ${names.join(', ')}; ${asked === undefined ? 'name one of them' : `it has no step ${asked}`}.`,
  );
}

const cut = (text: string): string =>
  text.length <= STDERR_LIMIT ? text : text.slice(0, STDERR_LIMIT - SUFFIX.length) + SUFFIX;

/** An ISO 8601 duration, such as PT0.01S. */
const duration = (ms: number): string => `PT${ms / 1000}S`;
