/** A local file → a script action. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CliError, EXIT } from './exit.ts';

export interface LocalScript {
  readonly name: string;
  readonly text: string;
}

/** What a request can carry is text: bytes that are none are refused here, not altered. */
export async function readScript(path: string): Promise<LocalScript> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new CliError(`cannot read ${path}: ${String(error)}`, EXIT.request);
  });
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { name: basename(path).replaceAll(/[^\w.-]/g, '_'), text };
  } catch {
    throw new CliError(
      `--script ${path}: not text in UTF-8; put the file where the nodes can fetch it`,
      EXIT.request,
    );
  }
}
