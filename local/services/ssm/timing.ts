/**
 * How long the steps of a command take that AWS gives no number for: milliseconds, in the order of
 * magnitude in which they are seen. Callers must not rely on more than their being above zero.
 */

/** A command and its invocations exist for reads only this long after SendCommand: reads are eventually consistent. */
export const VISIBLE_MS = 300;
/** From SendCommand until tags have become nodes; the command shows TargetCount 0 until then. */
export const RESOLVE_MS = 500;
/** From SendCommand by node ids until the first message goes out. */
export const DISPATCH_MS = 50;
/** From a message to a node, to its acknowledgement or the finding that it is not there. */
export const ACKNOWLEDGE_MS = 100;
/** From CancelCommand until a virtual node hears of it; a real one hears of it at once. */
export const CANCEL_MS = 100;
