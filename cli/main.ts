/** The command line: parses arguments, calls one command, turns what is thrown into an exit code. */
import { Command, CommanderError } from 'commander';
import { FleetwideError, isRefusal } from '../contract/errors.ts';
import type { Cli } from './command.ts';
import { COMMANDS } from './commands.ts';
import { CliError, EXIT, type Exit, EXIT_CODES } from './exit.ts';
import { readSettings } from './settings.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { jsonOf } from './text.ts';
import { VERSION } from './version.ts';

export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<Exit> {
  let exit: Exit = EXIT.succeeded;
  // Known before anything is parsed, which is what may fail.
  const end = argv.indexOf('--');
  const json = argv.slice(0, end < 0 ? undefined : end).includes('--json');
  const program = build(
    terminal,
    (code) => {
      exit = code;
    },
    json,
  );
  try {
    await program.parseAsync([...argv]);
    return exit;
  } catch (error) {
    return failed(error, terminal, json);
  }
}

interface Global {
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** The tree of all commands; the documents and the completion are written from it. */
export function build(terminal: Terminal, ends: (exit: Exit) => void, wantsJson = false): Command {
  const program = new Command('fleetwide')
    .description(
      'Run a command, script, file or document on every server of every AWS account, from one hub.',
    )
    .option('--region <region>', 'home Region of the hub')
    .option('--profile <name>', 'AWS profile of the hub account')
    .option('--json', 'print JSON, for programs')
    .version(VERSION, '--version', 'which version this is')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError(wantsJson ? false : '(add --help for what there is)')
    // For a program the error comes once, as JSON.
    .configureOutput({ outputError: (text, write) => (wantsJson ? undefined : write(text)) })
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
      terminal.print(global().json ? jsonOf(value, 2) : text());
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
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.succeeded;
    if (json) terminal.complain(jsonOf({ error: { name: error.code, message: error.message } }));
    return EXIT.request;
  }
  terminal.draw([]);
  if (json) terminal.complain(jsonOf({ error: plain(error) }));
  else terminal.complain(textOf(error));
  if (error instanceof CliError) return error.exit;
  return error instanceof FleetwideError &&
    (isRefusal(error.name) || error.name === 'InvalidSchedule')
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
