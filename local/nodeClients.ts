/** SDK clients with the credentials of a node's role: how its agent reaches AWS. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import type { Node } from './fleet/index.ts';
import type { IamStore } from './iam/store.ts';

export interface NodeClients {
  /** The caller destroys it. */
  s3(node: Node, region: string): S3Client;
  logs(node: Node): CloudWatchLogsClient;
}

export function nodeClients(
  iam: Pick<IamStore, 'sessionForService'>,
  endpoint: () => string,
): NodeClients {
  const settings = (node: Node, region: string) => {
    if (node.roleArn === undefined) throw new Error('the node has no role and so no credentials');
    const { accessKeyId, secretAccessKey, sessionToken } = iam.sessionForService(
      node.roleArn,
      'ec2.amazonaws.com',
      node.id,
    );
    return {
      endpoint: endpoint(),
      region,
      maxAttempts: 3,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    };
  };
  return {
    // The agent verifies no checksum of S3's.
    s3: (node, region) =>
      new S3Client({ ...settings(node, region), responseChecksumValidation: 'WHEN_REQUIRED' }),
    logs: (node) => new CloudWatchLogsClient(settings(node, node.region)),
  };
}
