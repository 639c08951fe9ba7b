/** The command line: parses arguments, calls one function, turns what is thrown into an exit code. */
import { Command, CommanderError } from 'commander';
import { FleetwideError } from '../contract/errors.ts';
import { cancel } from './cancel.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import { local } from './local.ts';
import { addReadingCommands } from './reading.ts';
import { run } from './run.ts';
import { status } from './status.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

export async function main(argv: readonly string[]): Promise<Exit> {
  let exit: Exit = EXIT.succeeded;
  const program = build((code) => {
    exit = code;
  });
  try {
    await program.parseAsync([...argv]);
    return exit;
  } catch (error) {
    return failed(error);
  }
}

function build(ends: (exit: Exit) => void): Command {
  const program = new Command('fleetwide')
    .description('Run a command on every server of every AWS account, from one hub.')
    .option('--region <region>', 'home Region of the hub (default: as for every AWS tool)')
    .option('--profile <name>', 'AWS profile of the hub account')
    .showHelpAfterError('(fleetwide --help shows the commands)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Exit codes: 0 all nodes succeeded, 1 some did not, 2 the request is wrong, 3 the dispatch broke,
4 it was cancelled.
AWS_ENDPOINT_URL, AWS_PROFILE, AWS_REGION and the other AWS variables work as in every AWS tool.`,
    );
  const hubOptions = () => program.opts<{ region?: string; profile?: string }>();

  program
    .command('run')
    .description('dispatch a command and follow it to its end')
    .argument(
      '[command...]',
      'what to run, after --; one word is given to the shell as it is; with --script its arguments',
    )
    .option('--script <file>', 'a script to run, with the words after -- as its arguments')
    .option(
      '--interpreter <name>',
      'sh, bash, python3 or an absolute path (default: its first line)',
    )
    .option('--env <NAME=value>', 'a variable for the script; repeatable', collect)
    .option('--delivery <way>', 's3 or inline: how the script gets to the nodes')
    .option('--accounts <ids>', 'account ids, separated by commas')
    .option('--regions <regions>', 'Regions, separated by commas')
    .option('--tag <key=value[,value]>', 'nodes with this tag; repeat to narrow', collect)
    .option('--instance-id <ids>', 'nodes by id, separated by commas; repeatable', collect)
    .option('--all-nodes', 'every managed node of the accounts and Regions')
    .option('--waves <list>', 'rollout steps, e.g. 1,5%,100%')
    .option('--max-errors <n|n%>', 'stop sending when more nodes than that went wrong')
    .option('--max-concurrency <n|n%>', 'nodes at once per account and Region')
    .option('--max-nodes <n>', 'refuse to run when more nodes match')
    .option('--delivery-timeout <s>', 'a node that has not started by then does not run it')
    .option('--execution-timeout <s>', 'the node kills the command after that long')
    .option('--working-directory <path>', 'where the command starts')
    .option('--requester <name>', 'who asks (default: the caller)')
    .option('--name <id>', 'dispatch id (default: made up)')
    .option('--request <file>', 'the request as a JSON file, instead of the flags above')
    .option('--plan', 'stop when it is known what would run where')
    .option('--detach', 'start and do not follow')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide run --accounts 111122223333,444455556666 --regions eu-west-1 --tag Role=web -- uptime
  fleetwide run --request restart.json --plan
  fleetwide run --accounts 111122223333 --regions eu-west-1 --all-nodes --script ./x.sh -- 'a b' c
  fleetwide run --accounts 111122223333 --regions eu-west-1 --all-nodes --waves 1,10%,100% \\
    --max-errors 0 -- 'systemctl restart nginx && systemctl is-active nginx'`,
    )
    .action(async (command: string[], flags) => {
      ends(await run(hubOptions(), flags, command, print));
    });

  program
    .command('status')
    .description('where a dispatch stands')
    .argument('<id>', 'dispatch id')
    .addHelpText('after', '\nExample:\n  fleetwide status restart-2026-11-21')
    .action(async (id: string) => {
      ends(await status(hubOptions(), id, print));
    });

  addReadingCommands(program, hubOptions, ends, print);

  program
    .command('cancel')
    .description('stop a dispatch, end what it runs on its nodes, and report')
    .argument('<id>', 'dispatch id')
    .addHelpText('after', '\nExample:\n  fleetwide cancel restart-2026-11-21')
    .action(async (id: string) => {
      ends(await cancel(hubOptions(), id, print));
    });

  program
    .command('local')
    .description('keep the embedded AWS running, with a small fleet, and print how to reach it')
    .option('--port <port>', 'port on 127.0.0.1', '0')
    .addHelpText('after', '\nExample:\n  fleetwide local --port 4599')
    .action(async (flags: { port: string }) => {
      ends(await local(flags.port));
    });

  return program;
}

const collect = (value: string, all: readonly string[] = []): string[] => [...all, value];

function failed(error: unknown): Exit {
  // Commander has printed its own message; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.succeeded : EXIT.request;
  if (error instanceof CliError) {
    process.stderr.write(`${error.message}\n`);
    return error.exit;
  }
  if (error instanceof FleetwideError) {
    process.stderr.write(`${error.name}: ${error.message}\n`);
    return error.name === 'InvalidRequest' ? EXIT.request : EXIT.broken;
  }
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT.broken;
}
