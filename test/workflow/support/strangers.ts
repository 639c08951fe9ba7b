/** Clients of whoever tries something, over the real wire. */
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import type { EmbeddedAws } from '../../../local/aws.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Clients {
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  readonly sfn: SFNClient;
}

export function clientsOf(aws: EmbeddedAws, credentials: Keys, region = 'eu-west-1'): Clients {
  const config = { endpoint: aws.url, region, credentials, maxAttempts: 1 };
  return {
    s3: new S3Client(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
    sfn: new SFNClient(config),
  };
}

/** A session of a role that is there, as the service that owns it starts one. */
export const sessionOf = (aws: EmbeddedAws, roleArn: string, name = 'somebody'): Keys =>
  aws.iam.startSession(roleArn, { name, seconds: 3600 });

export async function assume(
  aws: EmbeddedAws,
  as: Keys,
  input: Partial<AssumeRoleCommandInput>,
): Promise<Keys> {
  const { Credentials } = await clientsOf(aws, as).sts.send(
    new AssumeRoleCommand({
      RoleArn: undefined,
      RoleSessionName: 'attempt',
      ...input,
    }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
}
