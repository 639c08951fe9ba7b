/** Waits until a dispatch that sends nothing has ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cli } from '../command.ts';
import type { Hub } from '../hub.ts';
import { broken } from './broken.ts';
import { duration } from './view.ts';

const LOOK_EVERY_MS = 700;

export async function settled(
  { terminal, json }: Pick<Cli, 'terminal' | 'json'>,
  hub: Hub,
  id: string,
  what: string,
): Promise<void> {
  const started = Date.now();
  for (;;) {
    const execution = await hub.execution(id);
    if (execution.status !== 'RUNNING') {
      terminal.draw([]);
      if (execution.status !== 'SUCCEEDED') throw broken(id, execution);
      return;
    }
    if (!json()) terminal.draw([`${what} … ${duration((Date.now() - started) / 1000)}`]);
    await sleep(LOOK_EVERY_MS);
  }
}
