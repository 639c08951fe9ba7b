import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { type Config, parseConfig } from '../contract/config.ts';
import { CONFIG_KEY } from './configKey.ts';

const inRoot = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

export function readConfig(app: App): Config {
  const path: unknown = app.node.tryGetContext(CONFIG_KEY);
  return parseConfig(readJson(typeof path === 'string' ? path : inRoot('fleetwide.config.json')));
}

const CdkFile = z.object({ context: z.record(z.string(), z.unknown()) });

/** The feature flags of cdk.json, which only the CLI reads by itself. */
export const featureFlags = (): Record<string, unknown> =>
  CdkFile.parse(readJson(inRoot('cdk.json'))).context;
