/** An embedded AWS with Fleetwide deployed and the sample fleet in it: for `fleetwide local` and the demo. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../contract/config.ts';
import { loadConfig } from '../lib/configFile.ts';
import { type EmbeddedAws, startAws } from './aws.ts';
import { readAssembly, synthesise } from './deploy/index.ts';
import { type Installed, install } from './install.ts';
import { addSampleFleet, SPOKES } from './sample.ts';

export interface Running {
  readonly aws: EmbeddedAws;
  readonly config: Config;
  readonly installed: readonly Installed[];
  readonly nodes: number;
  /** What a shell, an SDK or the AWS CLI needs to reach it as an administrator of the hub. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const CONFIG = fileURLToPath(new URL('../fleetwide.config.json', import.meta.url));

export async function start(port = 0): Promise<Running> {
  const root = await mkdtemp(join(tmpdir(), 'fleetwide-'));
  const config = loadConfig(CONFIG);
  const assembly = join(root, 'cdk.out');
  await synthesise(assembly, CONFIG);
  const aws = await startAws({ root, port });
  const installed = await install(aws, readAssembly(assembly), config, { spokes: SPOKES });
  const nodes = await addSampleFleet(aws, config);
  const admin = aws.iam.createUser(config.hub.account, 'admin', [EVERYTHING]);
  return {
    aws,
    config,
    installed,
    nodes,
    environment: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: config.hub.region,
      AWS_DEFAULT_REGION: config.hub.region,
      AWS_ACCESS_KEY_ID: admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: admin.secretAccessKey,
    },
    async close() {
      await aws.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A person who administers the hub account. */
const EVERYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
} as const;
