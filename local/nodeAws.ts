/**
 * `aws` on the nodes: as much of the AWS CLI as scripts of Fleetwide call, over the real protocol, with the
 * credentials of the node's role. What it does not know it refuses by name.
 */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { parseArgs } from 'node:util';

const [service, command, ...words] = process.argv.slice(2);

function refuse(why: string): never {
  process.stderr.write(`the embedded AWS's own aws: ${why}\n`);
  process.exit(252);
}

const TOOLS: Readonly<Record<string, () => Promise<string>>> = {
  'ssm get-parameter': parameter,
  'secretsmanager get-secret-value': secret,
};

async function parameter(): Promise<string> {
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
  only(values, 'Parameter.Value');
  const answer = await new SSMClient(regionOf(values)).send(
    new GetParameterCommand({ Name: values.name, WithDecryption: values['with-decryption'] }),
  );
  return answer.Parameter?.Value ?? 'None';
}

async function secret(): Promise<string> {
  const { values } = parseArgs({
    args: words,
    options: {
      'secret-id': { type: 'string' },
      region: { type: 'string' },
      query: { type: 'string' },
      output: { type: 'string' },
    },
  });
  only(values, 'SecretString');
  const answer = await new SecretsManagerClient(regionOf(values)).send(
    new GetSecretValueCommand({ SecretId: values['secret-id'] }),
  );
  return answer.SecretString ?? 'None';
}

function only({ query, output }: { query?: string; output?: string }, path: string): void {
  if (query !== path || output !== 'text') refuse(`give --query ${path} --output text`);
}

const regionOf = ({ region }: { region?: string }) => (region === undefined ? {} : { region });

const tool = TOOLS[`${service} ${command}`];
if (!tool)
  refuse(`${service} ${command} is not implemented; it knows ${Object.keys(TOOLS).join(' and ')}`);
try {
  process.stdout.write(`${await tool()}\n`);
} catch (error) {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: '' };
  const operation = service === 'ssm' ? 'GetParameter' : 'GetSecretValue';
  process.stderr.write(
    `\nAn error occurred (${name}) when calling the ${operation} operation: ${message}\n`,
  );
  process.exit(254);
}
