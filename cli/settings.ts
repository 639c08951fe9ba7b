/**
 * What the command line goes by, in layers: a flag beats the environment, that beats the project's
 * fleetwide.config.json, that the person's own file, and what is said nowhere is left to the AWS SDK.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { CONFIG_FILE } from '../contract/config.ts';
import { AccountId, Region } from '../contract/primitives.ts';
import { parseJson } from '../contract/problems.ts';
import { CliError, EXIT } from './exit.ts';

export const NAMES = ['profile', 'region', 'endpoint', 'hub', 'regions', 'requester'] as const;
export type Name = (typeof NAMES)[number];

/** What each is for, and which variables say it; the first that is set counts. */
export const SETTINGS: Readonly<Record<Name, { about: string; variables: readonly string[] }>> = {
  profile: { about: 'AWS profile of the hub account', variables: ['AWS_PROFILE'] },
  region: {
    about: 'home Region of the hub',
    variables: ['FLEETWIDE_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
  },
  endpoint: {
    about: 'where AWS is, if it is not AWS: that of "fleetwide local"',
    variables: ['AWS_ENDPOINT_URL'],
  },
  hub: {
    about: 'account of the hub: with credentials of another one nothing is started',
    variables: ['FLEETWIDE_HUB'],
  },
  regions: { about: 'Regions to dispatch to without --regions', variables: ['FLEETWIDE_REGIONS'] },
  requester: { about: 'who asks, without --requester', variables: ['FLEETWIDE_REQUESTER'] },
};

export interface Setting {
  readonly value: string;
  /** The flag, variable or file that says so. */
  readonly origin: string;
}
export type Settings = Partial<Readonly<Record<Name, Setting>>>;

/** fleetwide.config.json, as far as the command line needs it; `cdk` checks it whole. */
const Project = z.looseObject({
  hub: z.looseObject({ account: AccountId, region: Region }),
  regions: z.array(Region),
});

/** ~/.config/fleetwide/config.json. */
const Own = z.strictObject({
  profile: z.string().optional(),
  region: Region.optional(),
  hub: AccountId.optional(),
  regions: z.array(Region).optional(),
  requester: z.string().optional(),
});

export interface Surroundings {
  readonly flags: Partial<Readonly<Record<Name, string | undefined>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
}

export async function readSettings({ flags, env, directory }: Surroundings): Promise<Settings> {
  const { project, own } = await filesOf(env, directory);
  const layers: readonly Layer[] = [
    (name) => origin(flags[name], `--${name}`),
    (name) =>
      SETTINGS[name].variables.flatMap((variable) => origin(env[variable], variable) ?? [])[0],
    (name) => project?.[name],
    (name) => own?.[name],
  ];
  const settings: Partial<Record<Name, Setting>> = {};
  for (const name of NAMES) {
    const found = layers.map((layer) => layer(name)).find((setting) => setting !== undefined);
    if (found) settings[name] = found;
  }
  return settings;
}

type Layer = (name: Name) => Setting | undefined;

/** A variable that is empty says nothing, as with the AWS SDK. */
const origin = (value: string | undefined, from: string): Setting | undefined =>
  value ? { value, origin: from } : undefined;

async function filesOf(
  env: Surroundings['env'],
  directory: string,
): Promise<{ project?: Settings; own?: Settings }> {
  const home = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  const ownPath = join(home, 'fleetwide', 'config.json');
  const ownText = await textOf(ownPath);
  const found = await findProject(env['FLEETWIDE_CONFIG'], directory);
  const project = found && parseJson(Project, found.text, 'InvalidConfig', found.path);
  const own = ownText === undefined ? undefined : parseJson(Own, ownText, 'InvalidConfig', ownPath);
  return {
    ...(project && {
      project: {
        hub: { value: project.hub.account, origin: found.path },
        region: { value: project.hub.region, origin: found.path },
        regions: { value: project.regions.join(','), origin: found.path },
      },
    }),
    ...(own && { own: ownSettings(own, ownPath) }),
  };
}

function ownSettings({ regions, ...own }: z.infer<typeof Own>, path: string): Settings {
  const said = Object.entries({ ...own, regions: regions?.join(',') });
  return Object.fromEntries(
    said.flatMap(([name, value]) => (value ? [[name, { value, origin: path }]] : [])),
  );
}

/** The file that FLEETWIDE_CONFIG names, else the nearest from here upwards. */
export async function findProject(
  named: string | undefined,
  directory: string,
): Promise<{ path: string; text: string } | undefined> {
  if (named) {
    const path = resolve(directory, named);
    const text = await readFile(path, 'utf-8').catch((error: unknown) => {
      throw new CliError(`cannot read what FLEETWIDE_CONFIG names: ${String(error)}`, EXIT.request);
    });
    return { path, text };
  }
  for (let at = resolve(directory); ; at = dirname(at)) {
    const path = join(at, CONFIG_FILE);
    const text = await textOf(path);
    if (text !== undefined) return { path, text };
    if (dirname(at) === at) return undefined;
  }
}

const textOf = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf-8').catch(() => undefined);
