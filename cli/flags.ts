/** The flags that commands share, each written once. */
import { type Command, Option } from 'commander';
import { several } from './command.ts';

export interface TargetFlags {
  readonly accounts?: string;
  readonly accountTag?: readonly string[];
  readonly excludeAccounts?: string;
  readonly regions?: string;
  readonly tag?: readonly string[];
  readonly instanceId?: readonly string[];
  readonly resourceGroup?: string;
  readonly allNodes?: boolean;
  readonly platform?: string;
  readonly ping?: string;
  readonly agentAtLeast?: string;
  readonly sample?: string;
  readonly sampleSeed?: string;
}

export const withTargets = (command: Command): Command =>
  command
    .option(
      '--accounts <list>',
      'account ids, ou:<name or id>, list:<name> or organization, separated by commas',
    )
    .option(
      '--account-tag <key=value[,value]>',
      'accounts with this tag in the organisation; repeat to narrow',
      several,
    )
    .option('--exclude-accounts <list>', 'accounts to leave out, written as for --accounts')
    .option('--regions <regions>', 'Regions, separated by commas (default: those of the settings)')
    .option('--tag <key=value[,value]>', 'nodes with this tag; repeat to narrow', several)
    .option('--resource-group <name>', 'the members of a resource group of that name')
    .option('--instance-id <ids>', 'nodes by id, separated by commas; repeatable', several)
    .option('--all-nodes', 'every managed node of the accounts and Regions')
    .option('--platform <list>', 'only these, separated by commas: Linux, Windows, MacOS')
    .option('--ping <list>', 'only these, separated by commas: Online, ConnectionLost, Inactive')
    .option('--agent-at-least <version>', 'only nodes whose agent is of this version or newer')
    .option('--sample <n|n%>', 'draw that many of all nodes that match')
    .option('--sample-seed <text>', 'the same seed draws the same nodes');

export interface ActionFlags {
  readonly script?: string;
  readonly document?: string;
  readonly documentVersion?: string;
  readonly parameter?: readonly string[];
  readonly interpreter?: string;
  readonly env?: readonly string[];
  readonly delivery?: 's3' | 'inline';
  readonly workingDirectory?: string;
  readonly windows?: boolean;
  readonly keepBraces?: boolean;
  readonly runAs?: string;
  readonly secret?: readonly string[];
  readonly fetch?: string;
  readonly maxBytes?: string;
}

export const withAction = (command: Command): Command =>
  command
    .argument(
      '[command...]',
      'what to run, after --; one word is given to the shell as it is; with --script its arguments',
    )
    .option('--windows', 'the command is for PowerShell on Windows nodes, not for the shell')
    .option('--keep-braces', 'the command may hold {{, which then arrives as it is written')
    .option('--script <file>', 'a script to run, with the words after -- as its arguments')
    .option(
      '--interpreter <name>',
      'sh, bash, python3, pwsh, powershell or an absolute path (default: its first line)',
    )
    .option('--env <NAME=value>', 'a variable for the script; repeatable', several)
    .addOption(
      new Option('--delivery <way>', 'how the script or file gets to the nodes').choices([
        's3',
        'inline',
      ]),
    )
    .option(
      '--copy <file:path>',
      'a file or directory to put onto the nodes, e.g. app.conf:/etc/app.conf; it is uploaded to the hub once',
    )
    .option(
      '--directory',
      'with --copy <node>:<path there>:<path on the others>: what the node has is a directory',
    )
    .option('--owner <user:group>', 'with --copy: whose it becomes')
    .option('--mode <octal>', 'with --copy: its mode, e.g. 0640')
    .option(
      '--fetch <path>',
      'a file or directory to bring from each node to the hub, e.g. /var/log/app.log; see files',
    )
    .option('--max-bytes <n>', 'with --fetch: most that one node may send (default: 104857600)')
    .option('--working-directory <path>', 'where the command or script starts')
    .option(
      '--run-as <user>',
      'who runs it: a user of Linux or macOS; of Windows "DOMAIN\\user=ssm:/name of its password"',
    )
    .option(
      '--secret <NAME=place>',
      'a variable read on the node: ssm:/app/db (Parameter Store) or secretsmanager:app/db; repeatable',
      several,
    )
    .option('--document <name>', 'a Command document to run, by name or ARN')
    .option('--document-version <version>', '$DEFAULT, $LATEST or a number')
    .option(
      '--parameter <name=value>',
      'of the document; repeat for more, or more values',
      several,
    );

export interface RolloutFlags {
  readonly waves?: string;
  readonly maxErrors?: string;
  readonly maxConcurrency?: string;
  readonly maxNodes?: string;
  readonly deliveryTimeout?: string;
  readonly executionTimeout?: string;
  readonly overallTimeout?: string;
  readonly seed?: string;
  readonly pause?: string;
  readonly tolerate?: string;
  readonly startAfter?: string;
  readonly stopSendingAfter?: string;
  readonly approveBefore?: string;
  readonly approvalExpires?: string;
  readonly dedupe?: string;
  readonly requester?: string;
  readonly output?: 'inline' | 's3' | 'cloudwatch';
}

export const withRollout = (command: Command): Command =>
  command
    .option('--waves <list>', 'rollout steps, e.g. 1,5%,100%')
    .option('--max-errors <n|n%>', 'stop sending when more nodes than that went wrong')
    .option('--max-concurrency <n|n%>', 'nodes at once per account and Region')
    .option('--max-nodes <n>', 'refuse to run when more nodes match')
    .option('--delivery-timeout <s>', 'a node that has not started by then does not run it')
    .option('--execution-timeout <s>', 'the node kills the command after that long')
    .option('--overall-timeout <s>', 'after that long nothing is sent and what runs is cancelled')
    .option('--seed <text>', 'decides which node is in which wave (default: the dispatch id)')
    .option('--pause <s>', 'wait that long after each wave')
    .option(
      '--tolerate <outcomes>',
      'outcomes that --max-errors does not count, e.g. undeliverable',
    )
    .option('--start-after <time>', 'no wave before then, e.g. 2026-11-21T22:00:00+01:00')
    .option('--stop-sending-after <time>', 'nothing is sent after that')
    .option(
      '--approve-before <waves>',
      'a person approves before these waves: first, every, or numbers like 2,3',
    )
    .option('--approval-expires <s>', 'not approved by then, the dispatch ends (default: a day)')
    .option('--dedupe <key>', 'of all starts with this key only the first is run')
    .addOption(
      new Option(
        '--output <way>',
        'how output is brought in: up to 24,000 characters, or all',
      ).choices(['inline', 's3', 'cloudwatch']),
    )
    .option('--requester <name>', 'who asks (default: the caller)');
