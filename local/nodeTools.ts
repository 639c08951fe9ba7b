/** What a script of a node finds beside the system's own programs: `aws`, and the role's credentials. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Node } from './fleet/index.ts';
import type { IamStore } from './iam/store.ts';

const CLI = fileURLToPath(new URL('./nodeAws.ts', import.meta.url));
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Variables of a node's scripts. On an instance the credentials come from its metadata service; here they are in
 * the environment, for as long as the script runs.
 */
export function nodeTools(
  iam: Pick<IamStore, 'sessionForService'>,
  endpoint: () => string,
  directory: string,
  path: string,
): (node: Node) => Readonly<Record<string, string>> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'aws'),
    `#!/bin/sh\nexec ${quoted(process.execPath)} --disable-warning=ExperimentalWarning ${quoted(CLI)} "$@"\n`,
    { mode: 0o755 },
  );
  return ({ id, region, roleArn }) => {
    if (roleArn === undefined) return { PATH: `${directory}:${path}` };
    const session = iam.sessionForService(roleArn, 'ec2.amazonaws.com', id);
    return {
      PATH: `${directory}:${path}`,
      AWS_ENDPOINT_URL: endpoint(),
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
    };
  };
}
