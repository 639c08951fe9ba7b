/** What the agent's aws:downloadContent does: one object, over HTTP, with the credentials of the node's role. */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Node } from './fleet/index.ts';
import type { NodeClients } from './nodeClients.ts';

/**
 * Host forms that the agent takes; the Region comes from the host name, and is us-east-1 where it names none
 * (amazon-ssm-agent s3uri).
 */
const VIRTUAL =
  /^(?<bucket>[a-z0-9.-]+)\.s3(?:[.-](?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?$/;

export const nodeDownload =
  (clients: NodeClients) =>
  async (node: Node, url: string): Promise<Uint8Array> => {
    const { protocol, hostname, pathname } = new URL(url);
    const { bucket, region = 'us-east-1' } = VIRTUAL.exec(hostname)?.groups ?? {};
    if (protocol !== 'https:' || bucket === undefined)
      throw new Error(`${url} is no https address of an object in S3, bucket in front`);
    const s3 = clients.s3(node, region);
    try {
      const Key = decodeURIComponent(pathname.slice(1));
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    } finally {
      s3.destroy();
    }
  };
