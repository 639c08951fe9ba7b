/** What the agent's aws:downloadContent does: one object, over HTTP, with the credentials of the node's role. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Node } from './fleet/index.ts';
import type { IamStore } from './iam/store.ts';

/**
 * Host forms that the agent takes; the Region comes from the host name, and is us-east-1 where it names none
 * (amazon-ssm-agent s3uri).
 */
const VIRTUAL =
  /^(?<bucket>[a-z0-9.-]+)\.s3(?:[.-](?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?$/;

export const nodeDownload =
  (iam: Pick<IamStore, 'sessionForService'>, endpoint: () => string) =>
  async (node: Node, url: string): Promise<Uint8Array> => {
    const { protocol, hostname, pathname } = new URL(url);
    const { bucket, region = 'us-east-1' } = VIRTUAL.exec(hostname)?.groups ?? {};
    if (protocol !== 'https:' || bucket === undefined)
      throw new Error(`${url} is no https address of an object in S3, bucket in front`);
    if (node.roleArn === undefined) throw new Error('the node has no role and so no credentials');
    const session = iam.sessionForService(node.roleArn, 'ec2.amazonaws.com', node.id);
    const s3 = new S3Client({
      endpoint: endpoint(),
      region,
      maxAttempts: 3,
      // The agent verifies no checksum of S3's.
      responseChecksumValidation: 'WHEN_REQUIRED',
      credentials: {
        accessKeyId: session.accessKeyId,
        secretAccessKey: session.secretAccessKey,
        sessionToken: session.sessionToken,
      },
    });
    try {
      const Key = decodeURIComponent(pathname.slice(1));
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    } finally {
      s3.destroy();
    }
  };
