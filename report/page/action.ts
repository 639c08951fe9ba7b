import type { Request } from '../../contract/request.ts';

/** What a dispatch ran, as a person would write it down. */
export const actionText = (action: Request['action']): string =>
  action.type === 'command' ? action.linux.join('\n') : JSON.stringify(action, null, 2);
