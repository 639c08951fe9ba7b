/**
 * Whether what runs leaves processes behind that do not end with it. The agent ends the process group that it started,
 * so what is only in the background ends too; what has a session or a manager of its own does not.
 */
import type { Action } from '../../contract/actions.ts';

/** Programs whose very purpose that is. What other programs do cannot be seen from here. */
const DETACHING = /\b(?:setsid|systemd-run|daemonize|start-stop-daemon|screen|tmux|at\s+now)\b/;

export function detaches(action: Action): boolean {
  if (action.type === 'command') return (action.linux ?? []).some((line) => DETACHING.test(line));
  return action.type === 'script' && DETACHING.test(action.text ?? '');
}
