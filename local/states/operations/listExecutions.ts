import type {
  ExecutionListItem,
  ListExecutionsInput,
  ListExecutionsOutput,
} from '@aws-sdk/client-sfn';
import type { Call, Operation } from '../../core/operation.ts';
import type { Execution } from '../execution.ts';
import { pageOf } from './paging.ts';
import {
  allowed,
  type Context,
  date,
  findMachine,
  findMapRun,
  invalid,
  only,
  optionally,
} from './shared.ts';

/** The executions of a machine, or the children of a map run; the latest first. */
export const listExecutions =
  (context: Context): Operation<ListExecutionsInput, ListExecutionsOutput> =>
  async (call, input) => {
    only(input, ['stateMachineArn', 'mapRunArn', 'statusFilter', 'maxResults', 'nextToken']);
    const { statusFilter } = input;
    const all = candidates(context, call, input).filter(
      ({ status }) => statusFilter === undefined || status === statusFilter,
    );
    const page = pageOf(all, ({ order }) => order, 'down', input);
    const listed = page.items.map((execution) => item(execution, input.mapRunArn));
    return { executions: listed, ...page.next };
  };

function candidates(context: Context, call: Call, input: ListExecutionsInput): Execution[] {
  const { stateMachineArn, mapRunArn } = input;
  if ((stateMachineArn === undefined) === (mapRunArn === undefined))
    throw invalid('Exactly one of stateMachineArn and mapRunArn is needed');
  if (mapRunArn !== undefined) {
    allowed(context, call, 'mapRun', mapRunArn);
    const items = findMapRun(context, mapRunArn).items ?? [];
    return items.flatMap(({ child }) => (child ? [child] : []));
  }
  const arn = stateMachineArn ?? '';
  allowed(context, call, 'stateMachine', arn);
  findMachine(context, arn);
  return [...context.engine.store.executions.values()].filter(
    ({ machineArn }) => machineArn === arn,
  );
}

function item(execution: Execution, mapRunArn: string | undefined): ExecutionListItem {
  const { stopDate, redriveDate } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machineArn,
    name: execution.name,
    status: execution.status,
    startDate: date(execution.startDate),
    ...optionally('stopDate', stopDate === undefined ? undefined : date(stopDate)),
    ...optionally('mapRunArn', mapRunArn),
    redriveCount: execution.redriveCount,
    ...optionally('redriveDate', redriveDate === undefined ? undefined : date(redriveDate)),
  };
}
