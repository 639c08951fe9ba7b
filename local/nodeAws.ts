/**
 * `aws` on the nodes: as much of the AWS CLI as scripts of Fleetwide call, over the real protocol, with the
 * credentials of the node's role. What it does not know it refuses by name.
 */
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { parseArgs } from 'node:util';

const [service, command, ...words] = process.argv.slice(2);

function refuse(why: string): never {
  process.stderr.write(`the embedded AWS's own aws: ${why}\n`);
  process.exit(252);
}

if (service !== 'ssm' || command !== 'get-parameter')
  refuse(`${service} ${command} is not implemented; it knows ssm get-parameter`);

const { values } = parseArgs({
  args: words,
  options: {
    name: { type: 'string' },
    region: { type: 'string' },
    'with-decryption': { type: 'boolean', default: false },
    query: { type: 'string' },
    output: { type: 'string' },
  },
});
if (values.query !== 'Parameter.Value' || values.output !== 'text')
  refuse('give --query Parameter.Value --output text');

try {
  const ssm = new SSMClient({ ...(values.region !== undefined && { region: values.region }) });
  const answer = await ssm.send(
    new GetParameterCommand({ Name: values.name, WithDecryption: values['with-decryption'] }),
  );
  process.stdout.write(`${answer.Parameter?.Value}\n`);
} catch (error) {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: '' };
  process.stderr.write(
    `\nAn error occurred (${name}) when calling the GetParameter operation: ${message}\n`,
  );
  process.exit(254);
}
