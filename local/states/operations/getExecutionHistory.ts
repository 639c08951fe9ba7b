import type {
  GetExecutionHistoryInput,
  GetExecutionHistoryOutput,
  HistoryEvent,
} from '@aws-sdk/client-sfn';
import type { Operation } from '../../core/operation.ts';
import { pageOf } from './paging.ts';
import { allowed, type Context, findExecution, only, required } from './shared.ts';

export const getExecutionHistory =
  (context: Context): Operation<GetExecutionHistoryInput, GetExecutionHistoryOutput> =>
  async (call, input) => {
    only(input, [
      'executionArn',
      'maxResults',
      'reverseOrder',
      'nextToken',
      'includeExecutionData',
    ]);
    const arn = required('executionArn', input.executionArn);
    allowed(context, call, 'execution', arn);
    const { history } = findExecution(context, arn);
    const direction = input.reverseOrder ? 'down' : 'up';
    const page = pageOf(history.events, ({ id }) => id ?? 0, direction, input);
    const events = page.items.map((event) =>
      input.includeExecutionData === false ? withoutData(event) : event,
    );
    return { events, ...page.next };
  };

/** What `includeExecutionData: false` leaves out of an event's details (API reference). */
const DATA = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

const withoutData = (event: HistoryEvent): HistoryEvent =>
  Object.assign(
    { ...event },
    ...Object.entries(event).map(([name, details]) =>
      name.endsWith('EventDetails') && typeof details === 'object' && !(details instanceof Date)
        ? {
            [name]: Object.fromEntries(
              Object.entries(details).filter(([field]) => !DATA.has(field)),
            ),
          }
        : {},
    ),
  );
