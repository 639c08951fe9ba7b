/** Why a dispatch sends nothing more: the error that it ends with, and the reason of each node not sent to. */
import type { ErrorName } from './errors.ts';
import type { Reason } from './stored.ts';

export const STOPS = {
  ErrorBudgetSpent: {
    code: 'waveNotStarted',
    message: 'the error budget was spent before its wave',
  },
  Rejected: {
    code: 'rejected',
    message: 'not sent: a person rejected its wave',
  },
  ApprovalExpired: {
    code: 'approvalExpired',
    message: 'not sent: nobody approved its wave in time',
  },
  OverallTimeout: {
    code: 'overallTimeout',
    message: 'not sent: timeouts.overallSeconds had passed',
  },
  WindowClosed: {
    code: 'windowClosed',
    message: 'not sent: window.stopSendingAfter had passed',
  },
} as const satisfies Partial<Record<ErrorName, Reason>>;
export type Stop = keyof typeof STOPS;

/** Within a wave: another word, so that it can be told from the waves that were not begun. */
export const BUDGET_SPENT: Reason = {
  code: 'budgetSpent',
  message: 'the error budget was spent before its turn',
};

export const isStop = (name: string): name is Stop => Object.hasOwn(STOPS, name);

/** The reasons of nodes that a wave holds and that were not sent to, and what they tell of the dispatch. */
const BY_CODE: ReadonlyMap<string, Stop> = new Map(
  Object.keys(STOPS)
    .filter(isStop)
    .flatMap((stop): [string, Stop][] => [[STOPS[stop].code, stop]])
    .concat([[BUDGET_SPENT.code, 'ErrorBudgetSpent']]),
);

export const stopOf = (code: string | undefined): Stop | undefined => BY_CODE.get(code ?? '');
