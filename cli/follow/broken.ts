/** How a dispatch without a report ended → what a person is told. */
import { isRefusal } from '../../contract/errors.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Execution } from '../hub.ts';

export const broken = (id: string, { status, error, cause }: Execution): CliError =>
  new CliError(
    `dispatch ${id} ${status}: ${error}\n${causeText(cause)}`,
    isRefusal(error) ? EXIT.request : EXIT.broken,
  );

/** A Lambda's cause is JSON with the message in it. */
export function causeText(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed)
      return String(parsed.errorMessage);
  } catch {
    // Not JSON: the text itself.
  }
  return cause;
}
