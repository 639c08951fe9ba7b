/** `fleetwide local`: runs until it is interrupted. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { start } from './start.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, json: { type: 'boolean', default: false } },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(`--port ${values.port}: expected 0 to 65535\n`);
  process.exit(2);
}
const running = await start(port).catch((error: unknown) => {
  process.stderr.write(`cannot start on port ${port}: ${String(error)}\n`);
  process.exit(3);
});
const lines = [
  `# The embedded AWS listens on ${running.aws.url}; hub ${running.config.hub.account}, ${running.nodes} nodes.`,
  ...Object.entries(running.environment).map(([name, value]) => `export ${name}=${value}`),
  '# An AWS CLI older than 2.13 or 1.29 also needs: --endpoint-url $AWS_ENDPOINT_URL',
  '# Ctrl-C ends it.',
];
const { aws, environment, nodes, config } = running;
process.stdout.write(
  values.json
    ? `${JSON.stringify({ url: aws.url, hub: config.hub, nodes, environment })}\n`
    : `${lines.join('\n')}\n`,
);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await running.close();
