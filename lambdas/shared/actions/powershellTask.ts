/**
 * Running as another user of Windows, through the Task Scheduler: SYSTEM cannot start a process for an account by
 * its password otherwise, and PsExec takes the password on its command line, where every process list shows
 * it. It is handed over in a call of the scheduler's COM interface, which neither module logging nor a
 * command line sees, and the task is gone with it when the script has ended.
 */
import type { RunAs } from '../../../contract/actions/runAs.ts';
import { OWN_DIRECTORY, string, verified } from './powershell.ts';
import { SECRET_READER, secretExpression } from './powershellSecrets.ts';
import type { Program } from './program.ts';

export type Account = NonNullable<RunAs['windows']>;

/** Values of Task Scheduler's interface: TASK_CREATE, TASK_LOGON_PASSWORD, TASK_ACTION_EXEC, TASK_RUNLEVEL_HIGHEST. */
const CREATE = 2;
const LOGON_PASSWORD = 1;
const ACTION_EXEC = 0;
const HIGHEST = 1;
/** LastTaskResult of a task that runs, and of one that has not started. */
const RUNNING = 267_009;
const NOT_STARTED = 267_011;

/**
 * @param inner what the user's own PowerShell runs, with the file at $fleetwide_file
 */
export function asTask(program: Program, account: Account, inner: readonly string[]): string[] {
  const secrets = Object.entries(program.secrets);
  const user = string(account.user);
  return [
    ...verified(program.sha256),
    ...SECRET_READER,
    OWN_DIRECTORY.replace('$fleetwide_directory', '$fleetwide_task'),
    'try {',
    // Nobody but SYSTEM and the user gets in, before anything is put there.
    '$fleetwide_acl = New-Object Security.AccessControl.DirectorySecurity',
    '$fleetwide_acl.SetAccessRuleProtection($true, $false)',
    `$fleetwide_user = ${user}.Replace('.\\', "$env:COMPUTERNAME\\")`,
    "foreach ($who in (New-Object Security.Principal.SecurityIdentifier 'S-1-5-18'), (New-Object Security.Principal.NTAccount $fleetwide_user)) {",
    "  try { $fleetwide_acl.AddAccessRule((New-Object Security.AccessControl.FileSystemAccessRule $who, 'FullControl', 'ContainerInherit, ObjectInherit', 'None', 'Allow')) } catch { fleetwide_say \"this node knows no user $fleetwide_user\" }",
    '}',
    'Set-Acl -LiteralPath $fleetwide_task -AclObject $fleetwide_acl',
    `$fleetwide_copy = Join-Path $fleetwide_task ${string(program.name)}`,
    '[IO.File]::Copy($fleetwide_file, $fleetwide_copy)',
    // The user's PowerShell reads the secrets, removes their file, and only then runs the script.
    ...secrets.map(
      ([name, reference]) =>
        `[IO.File]::AppendAllText((Join-Path $fleetwide_task 'secrets'), '${name}=' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes(${secretExpression(name, reference, program.region)})) + "\`n")`,
    ),
    `[IO.File]::WriteAllText((Join-Path $fleetwide_task 'run.ps1'), ${string(bootstrap(program, inner).join('\n'))})`,
    '$fleetwide_scheduler = New-Object -ComObject Schedule.Service',
    '$fleetwide_scheduler.Connect()',
    "$fleetwide_root = $fleetwide_scheduler.GetFolder('\\')",
    '$fleetwide_definition = $fleetwide_scheduler.NewTask(0)',
    `$fleetwide_definition.Principal.RunLevel = ${HIGHEST}`,
    // The agent kills the PowerShell that waits here; the script must not outlive it for long.
    `$fleetwide_definition.Settings.ExecutionTimeLimit = 'PT${program.timeoutSeconds}S'`,
    '$fleetwide_definition.Settings.DisallowStartIfOnBatteries = $false',
    '$fleetwide_definition.Settings.StopIfGoingOnBatteries = $false',
    `$fleetwide_action = $fleetwide_definition.Actions.Create(${ACTION_EXEC})`,
    "$fleetwide_action.Path = Join-Path $env:SystemRoot 'System32\\WindowsPowerShell\\v1.0\\powershell.exe'",
    "$fleetwide_action.Arguments = '-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File \"' + (Join-Path $fleetwide_task 'run.ps1') + '\"'",
    '$fleetwide_action.WorkingDirectory = $fleetwide_task',
    "$fleetwide_name = 'fleetwide-' + [guid]::NewGuid().ToString('N')",
    'try {',
    `  $fleetwide_running = $fleetwide_root.RegisterTaskDefinition($fleetwide_name, $fleetwide_definition, ${CREATE}, $fleetwide_user, ${secretExpression('the password', account.password, program.region)}, ${LOGON_PASSWORD})`,
    '} catch { fleetwide_say "the Task Scheduler does not take a task for $($fleetwide_user): $($_.Exception.Message)" }',
    'try {',
    '  [void]$fleetwide_running.Run($null)',
    `  do { Start-Sleep -Milliseconds 200; $fleetwide_result = $fleetwide_root.GetTask($fleetwide_name).LastTaskResult } while ($fleetwide_result -eq ${RUNNING} -or $fleetwide_result -eq ${NOT_STARTED})`,
    '} finally {',
    '  try { $fleetwide_running.Stop(0) } catch { }',
    '  $fleetwide_root.DeleteTask($fleetwide_name, 0)',
    '}',
    "foreach ($stream in @('stdout', [Console]::OpenStandardOutput()), @('stderr', [Console]::OpenStandardError())) {",
    '  $fleetwide_path = Join-Path $fleetwide_task $stream[0]',
    '  if ([IO.File]::Exists($fleetwide_path)) { $file = [IO.File]::OpenRead($fleetwide_path); try { $file.CopyTo($stream[1]); $stream[1].Flush() } finally { $file.Dispose() } }',
    '}',
    'exit $fleetwide_result',
    '} finally { Remove-Item -LiteralPath $fleetwide_task -Recurse -Force -ErrorAction SilentlyContinue }',
  ];
}

/** Takes the secrets into its environment and runs the script in a PowerShell of its own, whose streams are files. */
const bootstrap = ({ name }: Program, inner: readonly string[]): string[] => [
  "$secrets = Join-Path $PSScriptRoot 'secrets'",
  'if ([IO.File]::Exists($secrets)) {',
  '  foreach ($line in [IO.File]::ReadAllLines($secrets)) {',
  "    $name, $value = $line -split '=', 2",
  "    [Environment]::SetEnvironmentVariable($name, [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($value)), 'Process')",
  '  }',
  '  [IO.File]::Delete($secrets)',
  '}',
  `[IO.File]::WriteAllText((Join-Path $PSScriptRoot 'script.ps1'), ${inlined(['$fleetwide_file = Join-Path $PSScriptRoot ' + string(name), ...inner])})`,
  "$arguments = '-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File \"' + (Join-Path $PSScriptRoot 'script.ps1') + '\"'",
  "$process = Start-Process -FilePath ([Diagnostics.Process]::GetCurrentProcess().MainModule.FileName) -ArgumentList $arguments -NoNewWindow -Wait -PassThru -RedirectStandardOutput (Join-Path $PSScriptRoot 'stdout') -RedirectStandardError (Join-Path $PSScriptRoot 'stderr')",
  'exit $process.ExitCode',
];

/** Self-contained: the file that it stands in has no functions of ours. */
const inlined = (lines: readonly string[]): string =>
  `[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${Buffer.from(lines.join('\n'), 'utf-8').toString('base64')}'))`;
