/**
 * How a script and its data reach a Windows node unharmed. Systems Manager gets to see base64; decoded, it is
 * this runner, in which every value is base64 again, so that no quoting rule of any PowerShell applies to it.
 */
import {
  decoded,
  downloaded,
  PRELUDE,
  removing,
  string,
  unpacked,
  verified,
  withContent,
} from './powershell.ts';
import { type Account, asTask } from './powershellTask.ts';
import { readSecrets } from './powershellSecrets.ts';
import type { Program } from './program.ts';

const ARGUMENTS = (words: readonly string[]): string =>
  `$fleetwide_arguments = [string[]]@(${words.map(string).join(', ')})`;

/** Arguments of an array are values, whatever they begin with: none is taken for a parameter. */
const call = (file: string): string[] => [
  '$global:LASTEXITCODE = 0',
  "$ErrorActionPreference = 'Continue'",
  `try { & ${file} @fleetwide_arguments } catch { [Console]::Error.WriteLine(($_ | Out-String)); exit 1 }`,
  'exit $LASTEXITCODE',
];

/** What pwsh runs of a script that lies beside this file, under its name without `.run.ps1`. */
export const pwshFile = (program: Pick<Program, 'arguments'>): string =>
  [
    'function fleetwide_text([string]$base64) { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($base64)) }',
    ARGUMENTS(program.arguments),
    '$fleetwide_file = $PSCommandPath.Substring(0, $PSCommandPath.Length - 8)',
    ...call('$fleetwide_file'),
    '',
  ].join('\n');

/** Windows PowerShell takes a file without a byte order mark for ANSI. */
const MARKED = [
  'if ($PSVersionTable.PSVersion.Major -lt 6) {',
  '  $fleetwide_bytes = [IO.File]::ReadAllBytes($fleetwide_file)',
  "  if ([Text.Encoding]::GetEncoding(28591).GetString($fleetwide_bytes) -cmatch '^(?!\\xEF\\xBB\\xBF|\\xFF\\xFE|\\xFE\\xFF)[\\s\\S]*[^\\x00-\\x7F]') {",
  '    [IO.File]::WriteAllBytes($fleetwide_file, [byte[]](0xEF, 0xBB, 0xBF) + $fleetwide_bytes)',
  '  }',
  '}',
];

/** By the rules of the C runtime, which Python and nearly all others take their arguments apart by. */
const QUOTE = [
  'function fleetwide_quote([string]$word) {',
  "  if ($word -ne '' -and $word -notmatch '[\\s\"]') { return $word }",
  "  '\"' + (($word -replace '(\\\\*)\"', '$1$1\\\"') -replace '(\\\\+)$', '$1$1') + '\"'",
  '}',
];

/** A program of Windows; its output goes through as bytes. */
const execute = (program: string, words: string): string[] => [
  ...QUOTE,
  '$fleetwide_start = New-Object Diagnostics.ProcessStartInfo',
  `$fleetwide_start.FileName = ${program}`,
  `$fleetwide_start.Arguments = (@(${words}) | ForEach-Object { fleetwide_quote $_ }) -join ' '`,
  '$fleetwide_start.WorkingDirectory = (Get-Location).ProviderPath',
  '$fleetwide_start.UseShellExecute = $false',
  '$fleetwide_start.RedirectStandardOutput = $true',
  '$fleetwide_start.RedirectStandardError = $true',
  'try { $fleetwide_process = [Diagnostics.Process]::Start($fleetwide_start) } catch { fleetwide_say "$($fleetwide_start.FileName) cannot be started: $($_.Exception.Message)" }',
  '$fleetwide_out = $fleetwide_process.StandardOutput.BaseStream.CopyToAsync([Console]::OpenStandardOutput())',
  '$fleetwide_error = $fleetwide_process.StandardError.BaseStream.CopyToAsync([Console]::OpenStandardError())',
  '$fleetwide_process.WaitForExit()',
  '[void]$fleetwide_out.Wait()',
  '[void]$fleetwide_error.Wait()',
  'exit $fleetwide_process.ExitCode',
];

const found = (names: readonly string[], missing: string): string[] => [
  `$fleetwide_program = @(Get-Command -CommandType Application -ErrorAction SilentlyContinue -Name ${names.map(string).join(', ')})[0]`,
  `if (-not $fleetwide_program) { fleetwide_say ${string(`this node has no ${missing}`)} }`,
];

/** From variables and working directory to the exit code. */
function run(program: Program): string[] {
  const { interpreter = 'powershell', environment, workingDirectory } = program;
  return [
    ...Object.entries(environment).map(
      ([name, value]) =>
        `[Environment]::SetEnvironmentVariable('${name}', ${string(value)}, 'Process')`,
    ),
    ...(workingDirectory === undefined
      ? []
      : [
          `try { Set-Location -LiteralPath ${string(workingDirectory)} } catch { fleetwide_say 'no working directory' }`,
        ]),
    ...how(interpreter, program),
  ];
}

function how(interpreter: string, program: Program): string[] {
  const words = ['$fleetwide_file', ...program.arguments.map(string)].join(', ');
  if (interpreter === 'powershell')
    return [...MARKED, ARGUMENTS(program.arguments), ...call('$fleetwide_file')];
  if (interpreter === 'pwsh')
    return [
      ...found(['pwsh'], 'pwsh'),
      `[IO.File]::WriteAllText($fleetwide_file + '.run.ps1', ${string(pwshFile(program))})`,
      ...execute(
        '$fleetwide_program.Source',
        "'-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', ($fleetwide_file + '.run.ps1')",
      ),
    ];
  if (interpreter === 'python3')
    return [
      ...found(['python3', 'python', 'py'], 'Python'),
      ...execute('$fleetwide_program.Source', words),
    ];
  return execute(string(interpreter), words);
}

/** Everything that is done once the file lies at $fleetwide_file. */
function start(program: Program, account: Account | undefined): string[] {
  if (account) return asTask(program, account, [...PRELUDE, ...run(program)]);
  return [...verified(program.sha256), ...readSecrets(program), ...run(program)];
}

/** `commandLine` of AWS-RunRemoteScript, which has put the file into the directory that it starts in. */
export const remotePowerShell = (program: Program, account?: Account): string =>
  decoded([...PRELUDE, downloaded(program.name), ...start(program, account)]);

/** `commands` of AWS-RunPowerShellScript: the script travels in them. */
export const inlinePowerShell = (program: Program, account?: Account): string[] =>
  withContent(Buffer.from(program.text ?? '', 'utf-8').toString('base64'), [
    ...PRELUDE,
    ...removing([
      ...unpacked(program.name),
      ...(program.workingDirectory === undefined && !account
        ? ['Set-Location -LiteralPath $fleetwide_directory']
        : []),
      ...start(program, account),
    ]),
  ]);
