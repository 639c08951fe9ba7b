import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AddCommand } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';

export const local: AddCommand = (program, cli) => {
  program
    .command('local')
    .description('keep the embedded AWS running, with a small fleet, and print how to reach it')
    .option('--port <port>', 'port on 127.0.0.1', '0')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide local --port 4599`,
    )
    .action(async (flags: { port: string }) => {
      cli.ends(await kept(flags.port, cli.json()));
    });
};

/** The embedded AWS is a program of its own: the CLI only starts it and stays with it. */
async function kept(port: string, json: boolean): Promise<Exit> {
  const entry = fileURLToPath(new URL('../../local/main.ts', import.meta.url));
  const words = [entry, '--port', port, ...(json ? ['--json'] : [])];
  const child = spawn(process.execPath, words, { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself, other signals are handed on; this process waits until the child has
  // closed everything.
  process.on('SIGINT', stay);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  if (code === 2) return EXIT.request;
  return code === 0 || code === null ? EXIT.succeeded : EXIT.broken;
}

const stay = (): void => undefined;
