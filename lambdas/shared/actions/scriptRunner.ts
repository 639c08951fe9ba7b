/**
 * How a script and its data reach a Linux or macOS node unharmed. What Systems Manager and the shell get to
 * see is base64; decoded, it is this runner, in which every value stands in single quotes, where sh interprets
 * nothing. The runner verifies the script's SHA-256 before it executes it.
 */
import { pwshFile } from './powershellRunner.ts';
import type { Program } from './program.ts';
import { base64, decoded, quoted, SAY, unpacked, verified, withContent } from './shell.ts';
import { exportSecrets, readSecrets } from './shellSecrets.ts';
import { asUser, cleanEnvironment, handOver } from './shellUser.ts';

/** Sets "$@" to what is executed. */
function words(program: Program): string[] {
  const { interpreter, text } = program;
  const tail = ['"$fleetwide_file"', ...program.arguments.map(quoted)].join(' ');
  if (interpreter === 'pwsh')
    // Its own -File would take arguments for parameters: they go through a file of PowerShell.
    return [
      'command -v pwsh >/dev/null || fleetwide_say "this node has no pwsh"',
      `printf %s ${base64(pwshFile(program))} | base64 -d > "$fleetwide_file.run.ps1"`,
      'set -- pwsh -NoLogo -NoProfile -NonInteractive -File "$fleetwide_file.run.ps1"',
    ];
  if (interpreter !== undefined) return [`set -- ${quoted(interpreter)} ${tail}`];
  if (text !== undefined) return [`set -- ${text.startsWith('#!') ? '' : 'sh '}${tail}`];
  return [
    `set -- ${tail}`,
    '[ "$(head -c 2 "$fleetwide_file" | tr -d \'\\000\')" = "#!" ] || set -- sh "$@"',
  ];
}

function start(program: Program, user: string | undefined): string[] {
  const { environment, workingDirectory } = program;
  return [
    SAY,
    ...verified(program.sha256),
    'chmod 700 "$fleetwide_file" || fleetwide_say "$fleetwide_file cannot be made executable"',
    ...(user === undefined ? [] : handOver(user, program.name)),
    ...readSecrets(program),
    ...(workingDirectory === undefined
      ? user === undefined
        ? []
        : ['cd "$fleetwide_directory"']
      : [`cd -- ${quoted(workingDirectory)} || fleetwide_say 'no working directory'`]),
    // In a shell of its own, so that a PATH of the request is the script's alone.
    '(',
    ...words(program),
    ...(user === undefined ? [] : [asUser(user, program), ...cleanEnvironment(user)]),
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    ...exportSecrets(program),
    'exec "$@"',
    ')',
  ];
}

/** `commandLine` of AWS-RunRemoteScript, which has put the file into the directory that it starts in. */
export const remoteCommandLine = (program: Program, user?: string): string =>
  decoded([`fleetwide_file=$PWD/${program.name}`, ...start(program, user)].join('\n'));

/**
 * `commands` of AWS-RunShellScript: the script travels in them. It is put into a directory of its own, which is
 * gone when the script has ended; the exit code is the script's.
 */
export function inlineCommands(program: Program, user?: string): string[] {
  return withContent(base64(program.text ?? ''), [
    ...unpacked(program.name),
    ...(program.workingDirectory === undefined ? ['cd "$fleetwide_directory"'] : []),
    ...start(program, user),
  ]);
}
