import type { PageData } from './data.ts';

/** How it ended, in a word. */
export const verdictOf = ({
  succeeded,
  cancelled,
}: Pick<PageData, 'succeeded' | 'cancelled'>): 'Succeeded' | 'Cancelled' | 'Failed' => {
  if (succeeded) return 'Succeeded';
  return cancelled ? 'Cancelled' : 'Failed';
};
