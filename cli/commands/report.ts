/** `fleetwide report`: the page of a dispatch as a file, and opened. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '../../contract/names.ts';
import type { AddCommand, Cli } from '../command.ts';
import { CliError, EXIT, type Exit } from '../exit.ts';
import { reportPart } from '../rows.ts';

interface Flags {
  readonly output?: string;
  readonly open?: boolean;
}

export const report: AddCommand = (program, cli) => {
  program
    .command('report')
    .description('the page of a finished dispatch, as one file that needs no network')
    .argument('<id>', 'dispatch id')
    .option('--open', 'open it in a browser (BROWSER names another program)')
    .option(
      '--output <file>',
      'where to write it (default: <id>.html, or a temporary file to open)',
    )
    .addHelpText(
      'after',
      `
Examples:
  fleetwide report restart-2026-11-21 --open
  fleetwide report restart-2026-11-21 --output restart.html`,
    )
    .action(async (id: string, flags: Flags) => {
      cli.ends(await fetched(cli, id, flags));
    });
};

async function fetched(cli: Cli, id: string, { output, open }: Flags): Promise<Exit> {
  const hub = await cli.hub();
  const page = await reportPart(hub, id, keys.report(id, 'html'));
  // Opened only: it is looked at, not kept.
  const folder = output === undefined && open ? await mkdtemp(join(tmpdir(), 'fleetwide-')) : '';
  const file = resolve(output ?? join(folder, `${id}.html`));
  await writeFile(file, page).catch((error: unknown) => {
    throw new CliError(`cannot write ${file}: ${String(error)}`, EXIT.request);
  });
  cli.show({ dispatch: id, file }, () => file);
  if (open) await opened(file);
  return EXIT.succeeded;
}

/** An opener that cannot open says so at once; a browser stays. */
const OPENED_WITHIN_MS = 500;

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };

/** With the program that BROWSER names, as other tools do; else with the system's own opener. */
async function opened(file: string): Promise<void> {
  const program = process.env.BROWSER ?? OPENERS[process.platform] ?? 'xdg-open';
  const child = spawn(program, [file], { stdio: 'ignore', detached: true });
  try {
    await once(child, 'spawn');
    const early = await Promise.race([once(child, 'exit'), sleep(OPENED_WITHIN_MS)]);
    if (early && early[0] !== 0) throw new Error(`it ended with ${early[0]}`);
  } catch (error) {
    throw new CliError(
      `cannot open a browser with ${program}: ${String(error)}\nOpen the file by hand, or name a program in BROWSER.`,
      EXIT.broken,
    );
  }
  child.unref();
}
