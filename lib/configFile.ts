import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { App } from 'aws-cdk-lib';
import { CONFIG_FILE, type Config, parseConfig } from '../contract/config.ts';
import { FleetwideError } from '../contract/errors.ts';
import { CONFIG_KEY } from './configKey.ts';
import { keptExternalId } from './externalId.ts';

const inRoot = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new FleetwideError('InvalidConfig', `${path}: ${String(cause)}`);
  }
}

export function readConfig(app: App): Config {
  const path: unknown = app.node.tryGetContext(CONFIG_KEY);
  return loadConfig(typeof path === 'string' ? path : inRoot(CONFIG_FILE));
}

/** A configuration with its ExternalId: the stated one, or the one that was made for it. */
export function loadConfig(path: string): Config {
  const json = readJson(path);
  const stated = typeof json === 'object' && json !== null && 'externalId' in json;
  // A faulty configuration makes no file: the rest of it is looked at first, with a stand-in.
  const whole = stated ? json : { ...Object(json), externalId: 'x'.repeat(16) };
  const config = parseConfig(whole);
  return stated ? config : parseConfig({ ...config, externalId: keptExternalId(path) });
}

/** The feature flags of cdk.json, which only the CLI reads by itself. */
export function featureFlags(): Record<string, unknown> {
  const file = readJson(inRoot('cdk.json'));
  if (typeof file === 'object' && file && 'context' in file && typeof file.context === 'object')
    return { ...file.context };
  throw new Error('cdk.json: expected an object "context" with the feature flags');
}
