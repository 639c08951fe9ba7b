/** `npm run demo`: the CLI against the embedded AWS, from deployment to report, and what it took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keys, resultsBucketName } from '../contract/names.ts';
import { SPOKES, STRANGER, TROUBLE } from './sample.ts';
import { start } from './start.ts';

const COMMAND = [
  'echo "$(uname -s), up and in order"',
  `test ! -e "$HOME/${TROUBLE}" || { echo "no space left on device" >&2; exit 3; }`,
].join('; ');

/** What `fleetwide report demo` would fetch, kept beyond the end of the embedded AWS. */
async function savedPage(): Promise<string> {
  const bucket = resultsBucketName(config.hub.account, config.hub.region);
  const file = fileURLToPath(new URL('../.fleetwide/demo.html', import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, aws.s3.read(bucket, keys.report('demo', 'html')) ?? '');
  return relative(process.cwd(), file);
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

print('Synthesising the CDK app and deploying it into an embedded AWS on loopback …');
const running = await start();
const { aws, config, installed, environment } = running;
for (const { stack, account, region, resources } of installed)
  print(`  ${stack.padEnd(22)} ${account} ${region.padEnd(10)} ${resources} resources`);
print(`  ${running.nodes} nodes in ${SPOKES.length} accounts; ${STRANGER} was never onboarded`);
aws.ledger.reset();

const accounts = [...SPOKES, STRANGER].join(',');
const words = `run --name demo --accounts ${accounts} --regions ${config.regions.join(',')} --all-nodes --waves 1,50%,100% --max-errors 2 --yes --`;
print(`\n$ fleetwide ${words} '${COMMAND}'`);
const cli = spawn(
  process.execPath,
  [fileURLToPath(new URL('../bin/fleetwide.ts', import.meta.url)), ...words.split(' '), COMMAND],
  { stdio: 'inherit', env: { ...process.env, ...environment } },
);
const [code] = await once(cli, 'exit');

const page = await savedPage();
print(`\nIts page, to be opened in a browser: ${page}`);
print(`exit code ${code}: some nodes did not succeed, as planned here`);
const counts = Object.entries(aws.ledger.counts()).map(
  ([operation, byAccount]) =>
    [operation, Object.values(byAccount).reduce((sum, n) => sum + n, 0)] as const,
);
print(`AWS calls: ${counts.map(([operation, n]) => `${operation} ${n}`).join(', ')}`);
print(`State transitions: ${aws.states.transitions()}; scripts run: ${aws.fleet.executions()}`);
await running.close();
// 1 is what this dispatch ends with: one node fails, one is offline, one account is closed to it.
process.exitCode = code === 1 ? 0 : 1;
