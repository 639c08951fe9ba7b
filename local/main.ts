/** `fleetwide local`: runs until it is interrupted. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { start } from './start.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const running = await start(Number(values.port));
const lines = [
  `# The embedded AWS listens on ${running.aws.url}; hub ${running.config.hub.account}, ${running.nodes} nodes.`,
  ...Object.entries(running.environment).map(([name, value]) => `export ${name}=${value}`),
  '# An AWS CLI older than 2.13 or 1.29 also needs: --endpoint-url $AWS_ENDPOINT_URL',
  '# Ctrl-C ends it.',
];
process.stdout.write(`${lines.join('\n')}\n`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await running.close();
