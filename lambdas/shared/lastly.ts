/** What a row says after a command was cancelled: whether a process may outlive it. */
import type { Node, Row } from '../../contract/stored.ts';

/** Invocations that ended without a word of the agent; it may have taken the command all the same. */
const UNANSWERED: ReadonlySet<string> = new Set(['DeliveryTimedOut']);

/** @param detaches what ran says that it leaves processes behind */
export function lastlyOf(row: Row, node: Node | undefined, detaches = false): Row {
  const unanswered = row.outcome === 'unknown' || UNANSWERED.has(row.statusDetails ?? '');
  // On Windows the agent ends the shell that it started, not what that has started in turn; elsewhere it ends
  // the whole process group (amazon-ssm-agent agent/executers, killProcess), which a detached process has left.
  const orphaned = row.outcome === 'cancelled' && (node?.platform === 'Windows' || detaches);
  if (!unanswered && !orphaned) return row;
  if (row.reason?.code !== 'stillOpen') return { ...row, mayStillRun: true };
  const message = row.automation
    ? `its stop was asked for, yet the execution stayed ${row.status}`
    : `its end was asked for, yet the invocation stayed ${row.status}: the node did not answer`;
  return { ...row, mayStillRun: true, reason: { code: 'notAnswered', message } };
}
