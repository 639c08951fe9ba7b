/** What Send and the recall must agree on. */
import type { Reason } from '../../contract/stored.ts';

/** Why a node was not sent to. */
export const RECALLED: Reason = {
  code: 'recalled',
  message: 'not sent: the dispatch had been stopped or had broken by then',
};

/**
 * After it has seen that the dispatch is not revoked, Send starts its SendCommand within this time, and the
 * call with its retries ends within the same time again. A recall calls a command lost only after
 * LOST_MS, which leaves a minute for the lists of Run Command to show it.
 */
export const SEND_WITHIN_MS = 30_000;

/** Lists are eventually consistent: a command that exists is shown well within this time. */
export const LOST_MS = 120_000;
