/** The command line as a person runs it: the program itself, against the embedded AWS. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
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
  const env = { ...environmentOf(world, user), ...more };
  return (...words) =>
    new Promise((ended) => {
      execFile(process.execPath, [ENTRY, ...words], { env }, (error, stdout, stderr) => {
        ended({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
}

/** What a person sees who sits at a pseudo-terminal and answers the question that ends with [y/N]. */
export async function onTerminal(
  world: World,
  words: readonly string[],
  answers: string,
): Promise<string> {
  const quoted = [process.execPath, ENTRY, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', quoted, '/dev/null'], {
    env: { ...environmentOf(world, `at-terminal-${people++}`), TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  let answered = false;
  child.stdout.setEncoding('utf-8').on('data', (text: string) => {
    said += text;
    if (!answered && said.includes('[y/N]')) child.stdin.write(answers);
    answered ||= said.includes('[y/N]');
  });
  await once(child, 'close');
  return said;
}
let people = 0;

function environmentOf(world: World, user: string): NodeJS.ProcessEnv {
  const { accessKeyId, secretAccessKey } = world.aws.iam.createUser(HUB, user, [
    { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  ]);
  return {
    ...process.env,
    AWS_ENDPOINT_URL: world.aws.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    NODE_OPTIONS: '',
    NO_COLOR: '1',
    BROWSER: 'true',
  };
}
