/** fleetwide.config.json, whole: for what is asked about the configuration rather than about a dispatch. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { CONFIG_FILE, type Config, parseConfig } from '../contract/config.ts';
import { parseJson } from '../contract/problems.ts';
import { CliError, EXIT } from './exit.ts';
import { findProject } from './settings.ts';

/** `named`: by a flag; else the one that FLEETWIDE_CONFIG names, else the nearest from here upwards. */
export async function readConfigFile(
  named: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): Promise<Config> {
  const path = named === undefined ? undefined : resolve(directory, named);
  const found = path
    ? { path, text: await textOf(path) }
    : await findProject(env['FLEETWIDE_CONFIG'], directory);
  if (!found)
    throw new CliError(
      `there is no ${CONFIG_FILE} here or above: give --config <file>, or write one with "fleetwide config init"`,
      EXIT.request,
    );
  const json = parseJson(z.looseObject({}), found.text, 'InvalidConfig', found.path);
  // One that is not stated is kept in another file, and nobody here needs to know it.
  return parseConfig({ externalId: 'x'.repeat(16), ...json });
}

const textOf = (path: string): Promise<string> =>
  readFile(path, 'utf-8').catch((error: unknown) => {
    throw new CliError(`cannot read ${path}: ${String(error)}`, EXIT.request);
  });
