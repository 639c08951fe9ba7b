import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EXIT, type Exit } from './exit.ts';

/** The embedded AWS is a program of its own: the CLI only starts it and stays with it. */
export async function local(port: string): Promise<Exit> {
  const entry = fileURLToPath(new URL('../local/main.ts', import.meta.url));
  const child = spawn(process.execPath, [entry, '--port', port], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself, other signals are handed on; this process waits until the child has
  // closed everything.
  process.on('SIGINT', stay);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  return code === 0 || code === null ? EXIT.succeeded : EXIT.broken;
}

const stay = (): void => undefined;
