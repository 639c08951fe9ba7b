/** `fleetwide report`: the page of a dispatch as a file, and opened. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keys } from '../contract/names.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import type { Print } from './follow.ts';
import type { Hub } from './hub.ts';
import { reportPart } from './rows.ts';

export interface ReportFlags {
  readonly output?: string;
  readonly open?: boolean;
}

export async function report(
  hub: Hub,
  id: string,
  { output, open }: ReportFlags,
  print: Print,
): Promise<Exit> {
  const page = await reportPart(hub, id, keys.report(id, 'html'));
  // Opened only: it is looked at, not kept.
  const folder = output === undefined && open ? await mkdtemp(join(tmpdir(), 'fleetwide-')) : '';
  const file = resolve(output ?? join(folder, `${id}.html`));
  await writeFile(file, page).catch((error: unknown) => {
    throw new CliError(`cannot write ${file}: ${String(error)}`, EXIT.request);
  });
  print(file);
  if (open) await opened(file);
  return EXIT.succeeded;
}

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };

/** With the program that BROWSER names, as other tools do; else with the system's own opener. */
async function opened(file: string): Promise<void> {
  const program = process.env.BROWSER ?? OPENERS[process.platform] ?? 'xdg-open';
  const child = spawn(program, [file], { stdio: 'ignore', detached: true });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new CliError(
      `cannot open a browser with ${program}: ${String(error)}\nOpen the file by hand, or name a program in BROWSER.`,
      EXIT.broken,
    );
  }
  child.unref();
}
