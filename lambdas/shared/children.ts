/** What a Distributed Map's ResultWriter tells of its children (Step Functions developer guide, ResultWriter). */
import { z } from 'zod';
import type { Store } from './store.ts';

const Files = z.array(z.object({ Key: z.string() }));
export const Manifest = z.object({ ResultFiles: z.object({ SUCCEEDED: Files, FAILED: Files }) });

const Failed = z.array(
  z.object({ Error: z.string().default('ChildFailed'), Cause: z.string().default('') }),
);

export interface Failure {
  readonly error: string;
  readonly cause: string;
}

/** How the first child that broke did; `undefined` when none did. */
export async function firstFailure(
  store: Store,
  manifest: z.infer<typeof Manifest>,
): Promise<Failure | undefined> {
  const [file] = manifest.ResultFiles.FAILED;
  const [child] = file ? await store.get(Failed, file.Key) : [];
  return child && { error: child.Error, cause: textOf(child.Cause) };
}

/** A Lambda's cause is JSON with the message in it. */
export function textOf(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed)
      return String(parsed.errorMessage);
  } catch {
    // Not JSON: the text itself.
  }
  return cause;
}

/** A child's failure as one of our own: its name is what the execution ends with. */
export class ChildFailed extends Error {
  constructor({ error, cause }: Failure) {
    super(cause);
    this.name = error;
  }
}
