import type { Service } from '../../core/operation.ts';
import { describeExecution } from './describeExecution.ts';
import { describeMapRun } from './describeMapRun.ts';
import { describeStateMachine } from './describeStateMachine.ts';
import { getExecutionHistory } from './getExecutionHistory.ts';
import { listExecutions } from './listExecutions.ts';
import { listMapRuns } from './listMapRuns.ts';
import { listStateMachines } from './listStateMachines.ts';
import { redriveExecution } from './redriveExecution.ts';
import { sendTaskFailure } from './sendTaskFailure.ts';
import { sendTaskHeartbeat } from './sendTaskHeartbeat.ts';
import { sendTaskSuccess } from './sendTaskSuccess.ts';
import type { Context } from './shared.ts';
import { startExecution } from './startExecution.ts';
import { stopExecution } from './stopExecution.ts';

export const statesService = (context: Context): Service => ({
  id: 'states',
  operations: {
    DescribeExecution: describeExecution(context),
    DescribeMapRun: describeMapRun(context),
    DescribeStateMachine: describeStateMachine(context),
    GetExecutionHistory: getExecutionHistory(context),
    ListExecutions: listExecutions(context),
    ListMapRuns: listMapRuns(context),
    ListStateMachines: listStateMachines(context),
    RedriveExecution: redriveExecution(context),
    SendTaskFailure: sendTaskFailure(context),
    SendTaskHeartbeat: sendTaskHeartbeat(context),
    SendTaskSuccess: sendTaskSuccess(context),
    StartExecution: startExecution(context),
    StopExecution: stopExecution(context),
  },
});
