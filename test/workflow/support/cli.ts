/** The command line as a person runs it: the program itself, against the embedded AWS. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { HUB, type World } from './world.ts';

const ENTRY = resolve(import.meta.dirname, '../../../bin/fleetwide.ts');

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const cliOf = (world: World): Run => startCli(world, 'jane.doe');

type Run = (...words: string[]) => Promise<Said>;

/** As another person, with more in the environment. */
export function startCli(
  world: World,
  user: string,
  more: Readonly<Record<string, string>> = {},
): Run {
  const { accessKeyId, secretAccessKey } = world.aws.iam.createUser(HUB, user, [
    { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  ]);
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: world.aws.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    NODE_OPTIONS: '',
    NO_COLOR: '1',
    BROWSER: 'true',
    ...more,
  };
  return (...words) =>
    new Promise((ended) => {
      execFile(process.execPath, [ENTRY, ...words], { env }, (error, stdout, stderr) => {
        ended({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
}
