/**
 * Run Command in one account and Region, as the steps see it. Every answer is parsed here; past this line
 * it is trusted.
 */
import {
  CancelCommandCommand,
  DescribeDocumentCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  type InstanceInformationStringFilter,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { type Automation, createAutomation } from './automation.ts';
import type { CommandLog } from './commandLog.ts';
import { FleetwideError } from '../../contract/errors.ts';
import { problemsOf } from '../../contract/problems.ts';
import { countThrottles } from './metrics.ts';
import { OnlyIfNotDone, Patient } from './retry.ts';
import type { Connection } from './spoke.ts';
import { SEND_WITHIN_MS } from './recalled.ts';

/** Most that the list calls give at once. */
const PAGE = 50;

const text = z.string().optional();
const ManagedNode = z.object({
  InstanceId: z.string(),
  PingStatus: text,
  PlatformType: text,
  AgentVersion: text,
  ComputerName: text,
});
export type ManagedNode = z.infer<typeof ManagedNode>;

const Command = z.object({
  CommandId: z.string(),
  Comment: text,
  Status: z.string(),
  StatusDetails: text,
  ExpiresAfter: z.date().optional(),
  /** Failed and ExecutionTimedOut only (aws-sdk Command). */
  ErrorCount: z.int().optional(),
  DeliveryTimedOutCount: z.int().optional(),
  /** All that have ended, however (aws-sdk Command). */
  CompletedCount: z.int().optional(),
});
export type Command = z.infer<typeof Command>;

const Invocation = z.object({
  InstanceId: z.string(),
  Status: z.string(),
  StatusDetails: text,
  CommandPlugins: z
    .array(
      z.object({
        Name: text,
        ResponseCode: z.int().optional(),
        ResponseStartDateTime: z.date().optional(),
        ResponseFinishDateTime: z.date().optional(),
        Output: text,
      }),
    )
    .default([]),
});
export type Invocation = z.infer<typeof Invocation>;

const Described = z
  .object({ DocumentVersion: z.string(), Hash: z.string(), HashType: z.literal('Sha256') })
  .transform(({ DocumentVersion: version, Hash: hash }) => ({ version, hash }));

const Output = z.object({
  StandardOutputContent: z.string().default(''),
  StandardErrorContent: z.string().default(''),
});
export type Output = z.infer<typeof Output>;

export interface Sending {
  /** Name or ARN of the document. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 that its content must have. */
  readonly hash?: string;
  readonly nodes: readonly string[];
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly comment: string;
  readonly timeoutSeconds: number;
  readonly maxConcurrency: number;
  readonly maxErrors: number;
  /** Where the agents bring the whole output, beside what Systems Manager keeps. */
  readonly upload?: { readonly bucket: string; readonly prefix: string };
  readonly logGroup?: string;
}

/** What Collect needs beside: the logs of the account. */
export interface Collecting extends RunCommand {
  readonly log: CommandLog;
}

export interface RunCommand {
  readonly automation: Automation;
  nodes(filter?: InstanceInformationStringFilter): Promise<ManagedNode[]>;
  /** What a document holds: its version by number, and the hash of its content. */
  document(name: string, version: string): Promise<{ version: string; hash: string }>;
  /** Not repeated after anything but throttling; given up after SEND_WITHIN_MS. */
  send(sending: Sending): Promise<Command>;
  /** One command; `undefined` while SSM does not show it yet. */
  command(id: string): Promise<Command | undefined>;
  /** Commands asked for at or after `since`, newest first. */
  commandsSince(since: Date, document: string): AsyncGenerator<Command[]>;
  invocations(commandId: string): Promise<Invocation[]>;
  /** Asks for the end of a command on all of its nodes; what is over stays as it is. */
  cancel(commandId: string): Promise<void>;
  /** `step`: by name, where the document has several. */
  output(commandId: string, node: string, step?: string): Promise<Output>;
}

export const runCommandOf = (connection: Connection): RunCommand =>
  createRunCommand({
    reader: countThrottles(new SSMClient({ ...connection, retryStrategy: new Patient() })),
    // SendCommand has no idempotency token: a repeat after a lost reply could run it twice.
    sender: countThrottles(new SSMClient({ ...connection, retryStrategy: new OnlyIfNotDone() })),
  });

export function createRunCommand(clients: {
  readonly reader: Pick<SSMClient, 'send'>;
  readonly sender: Pick<SSMClient, 'send'>;
}): RunCommand {
  const { reader, sender } = clients;
  return {
    automation: createAutomation(clients),
    async nodes(filter) {
      const nodes: ManagedNode[] = [];
      for (let token: string | undefined, first = true; first || token; first = false) {
        const answer = await reader.send(
          new DescribeInstanceInformationCommand({
            MaxResults: PAGE,
            NextToken: token,
            ...(filter && { Filters: [filter] }),
          }),
        );
        nodes.push(
          ...parse(
            z.array(ManagedNode),
            answer.InstanceInformationList ?? [],
            'DescribeInstanceInformation',
          ),
        );
        token = answer.NextToken;
      }
      // Lists move while they are read: a node may stand on two pages.
      return [...new Map(nodes.map((node) => [node.InstanceId, node])).values()];
    },
    async document(Name, DocumentVersion) {
      const answer = await reader.send(new DescribeDocumentCommand({ Name, DocumentVersion }));
      return parse(Described, answer.Document, 'DescribeDocument');
    },
    async send(sending) {
      const answer = await sender.send(
        new SendCommandCommand({
          DocumentName: sending.name,
          DocumentVersion: sending.version,
          ...(sending.hash && { DocumentHash: sending.hash, DocumentHashType: 'Sha256' as const }),
          InstanceIds: [...sending.nodes],
          Parameters: Object.fromEntries(
            Object.entries(sending.parameters).map(([name, values]) => [name, [...values]]),
          ),
          Comment: sending.comment,
          TimeoutSeconds: sending.timeoutSeconds,
          MaxConcurrency: String(sending.maxConcurrency),
          MaxErrors: String(sending.maxErrors),
          ...(sending.upload && {
            OutputS3BucketName: sending.upload.bucket,
            OutputS3KeyPrefix: sending.upload.prefix,
          }),
          ...(sending.logGroup !== undefined && {
            CloudWatchOutputConfig: {
              CloudWatchLogGroupName: sending.logGroup,
              CloudWatchOutputEnabled: true,
            },
          }),
        }),
        { abortSignal: AbortSignal.timeout(SEND_WITHIN_MS) },
      );
      return parse(Command, answer.Command, 'SendCommand');
    },
    async command(id) {
      const answer = await reader.send(new ListCommandsCommand({ CommandId: id }));
      const commands = parse(z.array(Command), answer.Commands ?? [], 'ListCommands');
      return commands.find((c) => c.CommandId === id);
    },
    async *commandsSince(since, document) {
      for (let token: string | undefined, first = true; first || token; first = false) {
        const answer = await reader.send(
          new ListCommandsCommand({
            MaxResults: PAGE,
            NextToken: token,
            Filters: [
              // Whole seconds: the form that the API documents.
              { key: 'InvokedAfter', value: `${since.toISOString().slice(0, 19)}Z` },
              { key: 'DocumentName', value: document },
            ],
          }),
        );
        yield parse(z.array(Command), answer.Commands ?? [], 'ListCommands');
        token = answer.NextToken;
      }
    },
    async invocations(commandId) {
      const invocations: Invocation[] = [];
      for (let token: string | undefined, first = true; first || token; first = false) {
        const answer = await reader.send(
          new ListCommandInvocationsCommand({
            CommandId: commandId,
            Details: true,
            MaxResults: PAGE,
            NextToken: token,
          }),
        );
        invocations.push(
          ...parse(z.array(Invocation), answer.CommandInvocations ?? [], 'ListCommandInvocations'),
        );
        token = answer.NextToken;
      }
      return invocations;
    },
    async cancel(commandId) {
      await reader.send(new CancelCommandCommand({ CommandId: commandId }));
    },
    async output(commandId, node, step) {
      const answer = await reader.send(
        new GetCommandInvocationCommand({
          CommandId: commandId,
          InstanceId: node,
          PluginName: step,
        }),
      );
      return parse(Output, answer, 'GetCommandInvocation');
    },
  };
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, operation: string): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new FleetwideError('UnexpectedAnswer', `ssm:${operation}`, problemsOf(parsed.error));
}
