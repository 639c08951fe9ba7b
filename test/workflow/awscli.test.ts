/** The AWS CLI against what `fleetwide local` runs: both ways of telling it where, real time, real scripts. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import {
  dispatchRoleArn,
  exchangeBucketName,
  keys,
  resultsBucketName,
  STATE_MACHINE,
} from '../../contract/names.ts';
import type { Node } from '../../local/fleet/index.ts';
import { SPOKES } from '../../local/sample.ts';
import { type Running, start } from '../../local/start.ts';
import {
  caller,
  type Ended,
  findCli,
  type Keys,
  type Options,
  type Way,
} from './support/awscli.ts';

const cli = await findCli();
const ways: Way[] = cli?.knowsVariable
  ? ['--endpoint-url', 'AWS_ENDPOINT_URL']
  : ['--endpoint-url'];
if (!cli) console.warn('Skipped: there is no AWS CLI here (AWS_CLI, /usr/bin/aws, aws on PATH)');
else if (!cli.knowsVariable)
  console.warn(`Skipped: AWS_ENDPOINT_URL, which aws-cli/${cli.version} does not know yet`);

const [SPOKE] = SPOKES;
const HUB = '111122223333';
const REGION = 'eu-west-1';
const BUCKET = resultsBucketName(HUB, REGION);
const MACHINE = `arn:aws:states:${REGION}:${HUB}:stateMachine:${STATE_MACHINE}`;
const EVERYTHING = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } as const;

const Execution = z.object({ status: z.string() });
const Started = z.object({ executionArn: z.string() });
const Events = z.object({ events: z.array(z.object({ id: z.int(), type: z.string() })) });
const Sent = z.object({ Command: z.object({ CommandId: z.string() }) });
const Session = z.object({
  Credentials: z
    .object({ AccessKeyId: z.string(), SecretAccessKey: z.string(), SessionToken: z.string() })
    .transform((each): Keys => ({
      accessKeyId: each.AccessKeyId,
      secretAccessKey: each.SecretAccessKey,
      sessionToken: each.SessionToken,
    })),
});

/** What the CLI printed; a refusal fails the test with the CLI's own words. */
function text({ code, stdout, stderr }: Ended): string {
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return stdout;
}
const printed = (ended: Ended): unknown => JSON.parse(text(ended));

(cli ? describe : describe.skip)('the AWS CLI', () => {
  let running: Running;
  let home: string;
  let node: Node;
  let ann: Keys;
  let dispatched: string;

  const as = (way: Way, who: Keys) => {
    if (!cli) throw new Error('there is no AWS CLI');
    return caller(cli, way, { url: running.aws.url, region: REGION, keys: who, home });
  };
  /** With the keys that `fleetwide local` prints. */
  const asAdmin = (way: Way) => {
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = running.environment;
    return as(way, { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY });
  };
  const execution = async (way: Way, arn: string) =>
    printed(await asAdmin(way)('stepfunctions describe-execution', { 'execution-arn': arn }));

  /** Starts a dispatch to the first spoke's two nodes of one Region, and asks until it is over. */
  async function dispatch(way: Way, name: string, change: object = {}): Promise<string> {
    const input = JSON.stringify({
      action: { type: 'command', linux: ['echo "hello from $AWS_SSM_INSTANCE_ID"'] },
      targets: { accounts: [SPOKE], regions: [REGION], allNodes: true },
      ...change,
    });
    const options = { 'state-machine-arn': MACHINE, name, input };
    const started = await asAdmin(way)('stepfunctions start-execution', options);
    const { executionArn } = Started.parse(printed(started));
    for (;;) {
      const { status } = Execution.parse(await execution(way, executionArn));
      if (status !== 'RUNNING') return executionArn;
    }
  }

  /** Sends a line to the node, waits as `wait command-executed` does, and reads what became of it. */
  async function send(way: Way, line: string) {
    const ssm = as(way, ann);
    const sent = await ssm('ssm send-command', {
      'instance-ids': node.id,
      'document-name': 'AWS-RunShellScript',
      parameters: JSON.stringify({ commands: [line] }),
    });
    const { CommandId } = Sent.parse(printed(sent)).Command;
    const which = { 'command-id': CommandId, 'instance-id': node.id };
    const waited = await ssm('ssm wait command-executed', which);
    return { waited, invocation: printed(await ssm('ssm get-command-invocation', which)) };
  }

  beforeAll(async () => {
    running = await start();
    home = await mkdtemp(join(tmpdir(), 'fleetwide-awscli-'));
    const [first] = running.aws.fleet.nodes(SPOKE, REGION);
    if (!first) throw new Error('the sample fleet has no node in the first spoke');
    node = first;
    ann = running.aws.iam.createUser(SPOKE, 'ann', [EVERYTHING]);
    dispatched = await dispatch('--endpoint-url', 'by-cli');
  });
  afterAll(async () => {
    await running.close();
    await rm(home, { recursive: true, force: true });
  });

  describe.each(ways)('with %s', (way) => {
    /** Sets apart what each way makes. */
    const mark = `way-${ways.indexOf(way)}`;
    const admin = (command: string, options?: Options) => asAdmin(way)(command, options);

    it('stepfunctions describe-execution shows how the dispatch ended', async () => {
      expect(await execution(way, dispatched)).toMatchObject({
        name: 'by-cli',
        status: 'SUCCEEDED',
        stateMachineArn: MACHINE,
        output: expect.stringContaining('"matched":2'),
      });
    });

    it('stepfunctions get-execution-history goes from start to end, page by page', async () => {
      const options = { 'execution-arn': dispatched, 'page-size': '10' };
      const { events } = Events.parse(
        printed(await admin('stepfunctions get-execution-history', options)),
      );
      expect(events.length).toBeGreaterThan(10);
      expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => i + 1));
      expect(events[0]?.type).toBe('ExecutionStarted');
      expect(events.at(-1)?.type).toBe('ExecutionSucceeded');
    });

    it('stepfunctions start-execution starts what it is given, a name but once', async () => {
      const planned = await dispatch(way, mark, { mode: 'plan' });
      expect(await execution(way, planned)).toMatchObject({ status: 'SUCCEEDED' });
      await expect(dispatch(way, mark, { mode: 'plan' })).rejects.toThrow(
        '(ExecutionAlreadyExists)',
      );
    });

    it('s3 ls lists the buckets, a prefix, and all below it', async () => {
      const buckets = text(await admin('s3 ls'));
      expect(buckets.match(/fleetwide-.*/g)).toEqual([
        BUCKET,
        exchangeBucketName(HUB, REGION),
        exchangeBucketName(HUB, 'us-east-1'),
      ]);
      const prefix = text(await admin(`s3 ls s3://${BUCKET}/${keys.root('by-cli')}/`));
      expect(prefix).toMatch(/^ +PRE results\/$/m);
      expect(prefix).toMatch(/^[-\d]+ [:\d]+ +\d+ report\.json$/m);
      const all = text(await admin(`s3 ls --recursive s3://${BUCKET}/${keys.root('by-cli')}/`));
      expect(all.match(/dispatches\/.*/g)).toEqual(
        running.aws.s3.list(BUCKET, `${keys.root('by-cli')}/`),
      );
    });

    it('s3 cp brings the report as it is, and takes a file there', async () => {
      const key = keys.report('by-cli', 'json');
      text(await admin(`s3 cp s3://${BUCKET}/${key} report.json`));
      const report = await readFile(join(home, 'report.json'));
      expect(report).toEqual(running.aws.s3.read(BUCKET, key));
      expect(JSON.parse(report.toString())).toMatchObject({ matched: 2, succeeded: true });
      text(await admin(`s3 cp report.json s3://${BUCKET}/copies/${mark}.json`));
      expect(running.aws.s3.read(BUCKET, `copies/${mark}.json`)).toEqual(report);
    });

    it("ssm list-commands shows the dispatch's command in its spoke", async () => {
      expect(printed(await as(way, ann)('ssm list-commands'))).toMatchObject({
        Commands: expect.arrayContaining([
          expect.objectContaining({
            Comment: expect.stringMatching(/^fleetwide\/by-cli\//),
            Status: 'Success',
            TargetCount: 2,
            CompletedCount: 2,
          }),
        ]),
      });
    });

    it('ssm wait command-executed waits for a command of send-command, which really runs', async () => {
      const { waited, invocation } = await send(
        way,
        `sleep 2; echo päivää ${mark} | tee "$HOME/by-cli"`,
      );
      expect(waited).toMatchObject({ code: 0 });
      expect(invocation).toMatchObject({
        Status: 'Success',
        ResponseCode: 0,
        StandardOutputContent: `päivää ${mark}\n`,
        StandardErrorContent: '',
      });
      const file = join(running.aws.fleet.home(node.id), 'by-cli');
      expect(await readFile(file, 'utf-8')).toBe(`päivää ${mark}\n`);
    });

    it('ssm wait command-executed fails with a command that does', async () => {
      const { waited, invocation } = await send(way, 'echo sorry >&2; exit 3');
      expect(waited).toMatchObject({
        code: 255,
        stderr: expect.stringContaining('CommandExecuted failed'),
      });
      expect(invocation).toMatchObject({
        Status: 'Failed',
        ResponseCode: 3,
        StandardErrorContent: 'sorry\nfailed to run commands: exit status 3',
      });
    });

    it('sts assume-role gives what the role may do and no more', async () => {
      expect(printed(await admin('sts get-caller-identity'))).toMatchObject({
        Account: HUB,
        Arn: `arn:aws:iam::${HUB}:user/admin`,
      });
      const { arn } = running.aws.iam.putRole({
        account: SPOKE,
        name: 'auditor',
        trust: {
          Statement: { Effect: 'Allow', Principal: { AWS: HUB }, Action: 'sts:AssumeRole' },
        },
        inline: {
          list: { Statement: { Effect: 'Allow', Action: 'ssm:ListCommands', Resource: '*' } },
        },
      });
      const session = await admin('sts assume-role', {
        'role-arn': arn,
        'role-session-name': 'cli',
      });
      const auditor = as(way, Session.parse(printed(session)).Credentials);
      expect(printed(await auditor('sts get-caller-identity'))).toMatchObject({
        Account: SPOKE,
        Arn: `arn:aws:sts::${SPOKE}:assumed-role/auditor/cli`,
      });
      expect(printed(await auditor('ssm list-commands', { 'max-items': '1' }))).toMatchObject({
        Commands: [{ DocumentName: 'AWS-RunShellScript' }],
      });
      const denied = await auditor('ssm describe-instance-information');
      expect(denied.code).not.toBe(0);
      expect(denied.stderr).toMatch(/\(AccessDeniedException\).* ssm:DescribeInstanceInformation /);
    });

    it('sts assume-role is refused for the dispatch role, which trusts no person', async () => {
      const role = dispatchRoleArn('aws', SPOKE);
      const refused = await admin('sts assume-role', {
        'role-arn': role,
        'role-session-name': 'cli',
      });
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toMatch(/\(AccessDenied\).* sts:AssumeRole on resource/);
    });

    it('is told the name of what is not implemented', async () => {
      const { code, stderr } = await admin('ssm describe-activations', {});
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/\(UnknownOperationException\).* ssm:DescribeActivations /);
    });
  });
});
