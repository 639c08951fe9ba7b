/** The command line: parses arguments, calls one command, turns what is thrown into an exit code. */
import { Command, CommanderError } from 'commander';
import { FleetwideError } from '../contract/errors.ts';
import type { Cli } from './command.ts';
import { COMMANDS } from './commands.ts';
import { CliError, EXIT, type Exit, EXIT_CODES } from './exit.ts';
import { readSettings } from './settings.ts';
import { processTerminal, type Terminal } from './terminal.ts';

export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<Exit> {
  let exit: Exit = EXIT.succeeded;
  const program = build(terminal, (code) => {
    exit = code;
  });
  try {
    await program.parseAsync([...argv]);
    return exit;
  } catch (error) {
    return failed(error, terminal, program.opts<Global>().json ?? false);
  }
}

interface Global {
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** The tree of all commands; the documents and the completion are written from it. */
export function build(terminal: Terminal, ends: (exit: Exit) => void): Command {
  const program = new Command('fleetwide')
    .description(
      'Run a command, script, file or document on every server of every AWS account, from one hub.',
    )
    .option('--region <region>', 'home Region of the hub')
    .option('--profile <name>', 'AWS profile of the hub account')
    .option('--json', 'print JSON, for programs')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride()
    .addHelpText('after', `\n${ENVIRONMENT}\n\n${EXIT_CODES}`);
  const global = () => program.opts<Global>();
  const settings: Cli['settings'] = (flags) => {
    const { region, profile } = global();
    return readSettings({
      flags: { ...flags, region, profile },
      env: process.env,
      directory: process.cwd(),
    });
  };
  const cli: Cli = {
    terminal,
    json: () => global().json ?? false,
    async hub() {
      // The SDK takes longer to load than everything else: who asks for help does not wait for it.
      const { connect } = await import('./hub.ts');
      return connect(await settings());
    },
    settings,
    print: (line) => terminal.print(line),
    show(value, text) {
      terminal.print(global().json ? JSON.stringify(value, null, 2) : text());
    },
    ends,
  };
  for (const add of COMMANDS) add(program, cli);
  return program;
}

const ENVIRONMENT = `AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and the other variables of AWS work as in every AWS tool;
NO_COLOR turns colours off.`;

function failed(error: unknown, terminal: Terminal, json: boolean): Exit {
  // Commander has printed its own message; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.succeeded : EXIT.request;
  terminal.draw([]);
  if (json) terminal.complain(JSON.stringify({ error: plain(error) }));
  else terminal.complain(textOf(error));
  if (error instanceof CliError) return error.exit;
  return error instanceof FleetwideError &&
    (error.name === 'InvalidRequest' || error.name === 'InvalidSchedule')
    ? EXIT.request
    : EXIT.broken;
}

function textOf(error: unknown): string {
  if (error instanceof CliError) return error.message;
  if (error instanceof FleetwideError) return `${error.name}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const plain = (error: unknown) => ({
  name: error instanceof Error ? error.name : 'Error',
  message: error instanceof Error ? error.message : String(error),
  ...(error instanceof FleetwideError && { problems: error.problems }),
});
