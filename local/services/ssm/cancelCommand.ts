import type { CancelCommandRequest, CancelCommandResult } from '@aws-sdk/client-ssm';
import { AwsError, type Operation } from '../../core/operation.ts';
import { placeOf, type SsmDeps } from './deps.ts';
import { commandIdOf, lengthWithin, nodeIdOf, onlyKnown } from './validation.ts';

export const cancelCommand =
  ({
    clock,
    store,
    engine,
    authorize,
  }: SsmDeps): Operation<CancelCommandRequest, CancelCommandResult> =>
  async (call, input) => {
    authorize(call, { action: 'ssm:CancelCommand', resource: '*' });
    onlyKnown('CancelCommand', input, ['CommandId', 'InstanceIds']);
    const id = commandIdOf(input.CommandId);
    lengthWithin('instanceIds', input.InstanceIds, [0, 50]);
    const nodes = (input.InstanceIds ?? []).map(nodeIdOf);
    if (new Set(nodes).size < nodes.length)
      throw new AwsError('DuplicateInstanceId', `InstanceIds has an id twice: ${nodes.join(', ')}`);
    const command = store.shard(placeOf(call)).find(id, clock.now());
    if (!command) throw new AwsError('InvalidCommandId', `There is no command ${id}.`);
    const strangers = nodes.filter((node) => !command.invocations.has(node));
    if (strangers.length > 0)
      throw new AwsError(
        'InvalidInstanceId',
        `Command ${id} was not sent to [[${strangers.join(', ')}]].`,
      );
    engine.cancel(command, nodes);
    return {};
  };
