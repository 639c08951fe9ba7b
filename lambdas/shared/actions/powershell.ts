/** Text for PowerShell in which data stays data: for Windows PowerShell 5.1 as for PowerShell 7. */
import { NOT_RUN } from './program.ts';

const base64 = (text: string): string => Buffer.from(text, 'utf-8').toString('base64');

/** A string, whatever the value holds. The file that it stands in is ASCII: 5.1 takes others for ANSI. */
export const string = (value: string): string =>
  /^[\w ./\\:=+@%,-]*$/.test(value) ? `'${value}'` : `(fleetwide_text '${base64(value)}')`;

/** Runs a decoded text at hand; `exit` in it ends the script that the agent runs. */
export const decoded = (lines: readonly string[]): string =>
  `& ([scriptblock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${base64(lines.join('\n'))}'))))`;

/** What every runner begins with. Output is UTF-8, where there is a console to say so. */
export const prelude = (done: string): readonly string[] => [
  "$ErrorActionPreference = 'Stop'",
  "$ProgressPreference = 'SilentlyContinue'",
  'try { [Console]::OutputEncoding = New-Object Text.UTF8Encoding $false } catch { }',
  'function fleetwide_text([string]$base64) { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($base64)) }',
  `function fleetwide_say([string]$why) { [Console]::Error.WriteLine("fleetwide: \${why}: not ${done}"); exit ${NOT_RUN} }`,
  'function fleetwide_digest([string]$path) {',
  '  $stream = [IO.File]::OpenRead($path)',
  '  try { [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($stream)).Replace("-", "").ToLowerInvariant() } finally { $stream.Dispose() }',
  '}',
];
export const PRELUDE = prelude('executed');

/** The file that came with the command is the one that was meant. */
export const verified = (sha256: string): string[] => [
  'if (-not [IO.File]::Exists($fleetwide_file)) { fleetwide_say "$fleetwide_file is not there" }',
  '$fleetwide_sum = fleetwide_digest $fleetwide_file',
  `if ($fleetwide_sum -ne '${sha256}') { fleetwide_say "SHA-256 of $fleetwide_file is $fleetwide_sum, expected ${sha256}" }`,
];

/** Where AWS-RunRemoteScript has put the file. */
export const downloaded = (name: string): string =>
  `$fleetwide_file = Join-Path (Get-Location).ProviderPath ${string(name)}`;

/** A directory of its own; whoever made it removes it in a `finally`, which `exit` passes through. */
export const OWN_DIRECTORY =
  "$fleetwide_directory = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) ('fleetwide-' + [guid]::NewGuid().ToString('N')))).FullName";

/** `commands` of AWS-RunPowerShellScript: the content of a file travels in them, as base64. */
export const withContent = (contentBase64: string, runner: readonly string[]): string[] => [
  `$fleetwide_content = '${contentBase64}'`,
  decoded(runner),
];

export const unpacked = (name: string): string[] => [
  `$fleetwide_file = Join-Path $fleetwide_directory ${string(name)}`,
  '[IO.File]::WriteAllBytes($fleetwide_file, [Convert]::FromBase64String($fleetwide_content))',
];

export const removing = (lines: readonly string[]): string[] => [
  OWN_DIRECTORY,
  'try {',
  ...lines,
  '} finally {',
  '  Remove-Item -LiteralPath $fleetwide_directory -Recurse -Force -ErrorAction SilentlyContinue',
  '}',
];
