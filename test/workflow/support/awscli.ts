/** The AWS CLI as a child process, kept away from what its user has configured. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const execute = promisify(execFile);

export interface Cli {
  readonly path: string;
  /** `2.9.19`. */
  readonly version: string;
  /** Whether it takes AWS_ENDPOINT_URL. */
  readonly knowsVariable: boolean;
}

/** How the CLI is told where the endpoint is. */
export type Way = '--endpoint-url' | 'AWS_ENDPOINT_URL';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `$AWS_CLI`, else Debian's, else the first on PATH. Undefined where there is none. */
export async function findCli(): Promise<Cli | undefined> {
  const given = process.env.AWS_CLI;
  for (const path of given ? [given] : ['/usr/bin/aws', 'aws']) {
    const { code, stdout, stderr } = await run(path, ['--version'], '/', inherited());
    const version = /aws-cli\/(\S+)/.exec(stdout)?.[1];
    if (version !== undefined) return { path, version, knowsVariable: knowsVariable(version) };
    if (given) throw new Error(`AWS_CLI=${given} is no AWS CLI (exit code ${code}): ${stderr}`);
  }
  return undefined;
}

/** From 1.29.0 and from 2.13.0 (its changelog). */
function knowsVariable(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 1 ? minor >= 29 : major > 2 || minor >= 13;
}

export interface Caller {
  readonly url: string;
  readonly region: string;
  readonly keys: Keys;
  /** A directory without any `.aws`. */
  readonly home: string;
}

export type Options = Readonly<Record<string, string>>;

/** Runs `ssm list-commands` with options by name, in `home`; never rejects for what the CLI refuses. */
export const caller =
  (cli: Cli, way: Way, { url, region, keys, home }: Caller) =>
  (command: string, options: Options = {}): Promise<Ended> => {
    const where = way === '--endpoint-url' ? { 'endpoint-url': url } : {};
    const args = Object.entries({ ...options, ...where }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ]);
    return run(cli.path, [...command.split(' '), ...args], home, {
      ...inherited(),
      HOME: home,
      AWS_CONFIG_FILE: join(home, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      AWS_DEFAULT_OUTPUT: 'json',
      AWS_PAGER: '',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ...(keys.sessionToken !== undefined && { AWS_SESSION_TOKEN: keys.sessionToken }),
      ...(way === 'AWS_ENDPOINT_URL' && { [way]: url }),
    });
  };

/** No settings of the CLI, and no proxy between it and loopback. */
const inherited = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^AWS_|_proxy$/i.test(name)));

/** `code` is a text (ENOENT) where nothing could be started. */
const Failure = z.object({
  code: z.union([z.number(), z.string()]),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
});

async function run(
  path: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string | undefined>,
): Promise<Ended> {
  try {
    return { code: 0, ...(await execute(path, args, { cwd, env, timeout: 60_000 })) };
  } catch (error) {
    const { code, stdout, stderr } = Failure.parse(error);
    return { code: typeof code === 'number' ? code : -1, stdout, stderr: stderr || String(error) };
  }
}
