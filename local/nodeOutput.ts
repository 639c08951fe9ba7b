/**
 * How the agent brings a step's whole output away, with the credentials of the node's role. A failure is a
 * line in the node's own log and never that of the command (amazon-ssm-agent s3util, iomodule,
 * agentlogstocloudwatch).
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Clock, holding, sleep } from './core/clock.ts';
import type { Node, StepOutput } from './fleet/index.ts';
import type { NodeClients } from './nodeClients.ts';
import { messagesOf } from './nodeMessages.ts';

export interface NodeOutputDeps {
  readonly clock: Clock;
  readonly clients: NodeClients;
  readonly home: (id: string) => string;
}

/** Where an agent says what went wrong with an upload, below the node's home. */
export const AGENT_LOG = '.ssm/agent.log';

/** The agent looks for something to send once a second, and sends four events at most. */
const TICK_MS = 1_000;
const EVENTS_AT_ONCE = 4;

export const nodeOutput =
  (deps: NodeOutputDeps) =>
  async (output: StepOutput): Promise<void> => {
    const { s3, logGroup } = output.job.output ?? {};
    if (s3) await tried(deps, output.node, () => toS3(deps, output, s3));
    // The answer does not wait for the log.
    if (logGroup !== undefined)
      for (const [name, body] of Object.entries(output.streams))
        void tried(deps, output.node, () => toLogs(deps, output, logGroup, name, body));
  };

async function tried(
  { clock, home }: NodeOutputDeps,
  node: Node,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const path = join(home(node.id), AGENT_LOG);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${new Date(clock.now()).toISOString()} ERROR ${String(error)}\n`);
  }
}

/** `<prefix>/<command>/<node>/<plugin>/<step>/<stream>`. */
function toS3(
  deps: NodeOutputDeps,
  { node, job, step, streams }: StepOutput,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
): Promise<void> {
  const { clock, clients } = deps;
  return holding(clock, async () => {
    const client = clients.s3(node, node.region);
    try {
      // Only to choose the headers: where it may not ask, it says so and sends none (s3util, IsBucketEncrypted).
      await tried(deps, node, () =>
        client.send(new GetBucketEncryptionCommand({ Bucket: bucket })),
      );
      for (const [name, body] of Object.entries(streams)) {
        const parts = [prefix, job.commandId, node.id, step.folder, name];
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: parts.filter((part) => part !== '').join('/'),
            Body: body,
            ACL: 'bucket-owner-full-control',
            ContentType: 'text/plain',
          }),
        );
      }
    } finally {
      client.destroy();
    }
  });
}

/** The stream `<command>/<node>/<step, a hyphen for its colon>/<stream>`, made when there is something for it. */
async function toLogs(
  deps: NodeOutputDeps,
  { node, job, step }: StepOutput,
  logGroupName: string,
  name: string,
  body: Uint8Array,
): Promise<void> {
  const { clock, clients } = deps;
  const logStreamName = [job.commandId, node.id, step.name.replaceAll(':', '-'), name].join('/');
  const client = clients.logs(node);
  const messages = messagesOf(body);
  try {
    for (let i = 0; i < messages.length; i += EVENTS_AT_ONCE) {
      await sleep(clock, TICK_MS);
      await holding(clock, async () => {
        if (i === 0) {
          await open(client, logGroupName, logStreamName);
          // For its sequence token; without one it goes on (cloudwatchlogsservice, StreamData).
          const logStreamNamePrefix = logStreamName;
          await tried(deps, node, () =>
            client.send(new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix })),
          );
        }
        const logEvents = messages
          .slice(i, i + EVENTS_AT_ONCE)
          .map((message) => ({ message, timestamp: clock.now() }));
        await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
      });
    }
  } finally {
    client.destroy();
  }
}

async function open(
  client: CloudWatchLogsClient,
  logGroupName: string,
  logStreamName: string,
): Promise<void> {
  const { logGroups } = await client.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
  );
  if (!logGroups?.some((group) => group.logGroupName === logGroupName))
    throw new Error(`log group ${logGroupName} does not exist`);
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
}
