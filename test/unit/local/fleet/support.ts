import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../../local/core/clock.ts';
import {
  createFleet,
  type Fleet,
  type FleetDeps,
  type Job,
  type ScriptWork,
} from '../../../../local/fleet/index.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

/** The same numbers in every run (mulberry32). */
export function sequence(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

let fleets = 0;

export function testFleet(clock: Clock, more: Partial<FleetDeps> = {}): Fleet {
  // Not made here: most fleets are virtual and never need it.
  const root = join(tmpdir(), `fleet-of-${process.pid}-${fleets++}`);
  const fleet = createFleet({ clock, root, random: sequence(), ...more });
  const close = async () => {
    await fleet.close();
    rmSync(root, { recursive: true, force: true });
  };
  return { ...fleet, close };
}

let commands = 0;
export const job = (...lines: string[]): Job => jobWith({}, ...lines);

/** A job of one shell step, as AWS-RunShellScript makes it. */
export const jobWith = (change: Partial<ScriptWork>, ...lines: string[]): Job => ({
  commandId: `command-${commands++}`,
  steps: [
    {
      name: 'aws:runShellScript',
      folder: 'awsrunShellScript/0.awsrunShellScript',
      work: { do: 'shell', commands: lines, timeoutSeconds: 3600, ...change },
    },
  ],
});

export const never = () => new AbortController().signal;
