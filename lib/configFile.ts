import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { App } from 'aws-cdk-lib';
import { type Config, parseConfig } from '../contract/config.ts';
import { CONFIG_KEY } from './configKey.ts';

const inRoot = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

export function readConfig(app: App): Config {
  const path: unknown = app.node.tryGetContext(CONFIG_KEY);
  return parseConfig(readJson(typeof path === 'string' ? path : inRoot('fleetwide.config.json')));
}

/** The feature flags of cdk.json, which only the CLI reads by itself. */
export function featureFlags(): Record<string, unknown> {
  const file = readJson(inRoot('cdk.json'));
  if (typeof file === 'object' && file && 'context' in file && typeof file.context === 'object')
    return { ...file.context };
  throw new Error('cdk.json: expected an object "context" with the feature flags');
}
