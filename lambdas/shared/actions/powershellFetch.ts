/** Writes a file, or a directory as one archive, of a Windows node to stdout: see shellFetch.ts. */
import { OWN_DIRECTORY, prelude, string } from './powershell.ts';
import type { Fetching } from './shellFetch.ts';

export const powershellFetch = ({ path, maxBytes, kind }: Fetching): string[] => [
  ...prelude('fetched'),
  `$fleetwide_from = ${string(path.replaceAll('/', '\\'))}`,
  '$fleetwide_directory = $null',
  'try {',
  ...(kind === undefined ? [] : [KIND[kind]]),
  '  if ([IO.Directory]::Exists($fleetwide_from)) {',
  ...archived.map((line) => `    ${line}`),
  '  } elseif ([IO.File]::Exists($fleetwide_from)) {',
  "    $fleetwide_kind = 'file'",
  '    $fleetwide_read = $fleetwide_from',
  '  } else { fleetwide_say "$fleetwide_from is not there" }',
  // Whoever writes to it, as services do to their logs, goes on.
  "  try { $fleetwide_stream = [IO.File]::Open($fleetwide_read, 'Open', 'Read', 'ReadWrite, Delete') } catch { fleetwide_say \"$fleetwide_from cannot be read: $($_.Exception.Message)\" }",
  '  try {',
  '    $fleetwide_bytes = $fleetwide_stream.Length',
  `    if ($fleetwide_bytes -gt ${maxBytes}) { fleetwide_say "$fleetwide_from has $fleetwide_bytes bytes, more than the ${maxBytes} of maxBytes" }`,
  ...written.map((line) => `    ${line}`),
  '  } finally { $fleetwide_stream.Dispose() }',
  '  [Console]::Error.WriteLine("fleetwide: fetched a $fleetwide_kind of $fleetwide_bytes bytes, SHA-256 $fleetwide_sum")',
  '} finally { if ($fleetwide_directory) { Remove-Item -LiteralPath $fleetwide_directory -Recurse -Force -ErrorAction SilentlyContinue } }',
  'exit 0',
];

const KIND = {
  file: '  if ([IO.Directory]::Exists($fleetwide_from)) { fleetwide_say "$fleetwide_from is no file" }',
  directory:
    '  if ([IO.File]::Exists($fleetwide_from)) { fleetwide_say "$fleetwide_from is no directory" }',
} as const;

/** tar has been part of Windows since Server 2019. A pipe of Windows PowerShell holds no bytes: so through a file. */
const archived = [
  'if (-not (Get-Command tar.exe -ErrorAction SilentlyContinue)) { fleetwide_say "this node has no tar" }',
  OWN_DIRECTORY,
  "$fleetwide_kind = 'directory'",
  "$fleetwide_read = Join-Path $fleetwide_directory 'archive'",
  "$ErrorActionPreference = 'Continue'",
  "$fleetwide_said = ((& tar.exe -czf $fleetwide_read -C $fleetwide_from . 2>&1) | Select-Object -First 20) -join ' '",
  "$ErrorActionPreference = 'Stop'",
  'if ($LASTEXITCODE -ne 0) { fleetwide_say "$fleetwide_from cannot be archived: $fleetwide_said" }',
];

/** What is hashed is what is written; and as much as there was, should it grow meanwhile. */
const written = [
  '$fleetwide_out = [Console]::OpenStandardOutput()',
  '$fleetwide_hash = [Security.Cryptography.SHA256]::Create()',
  '$fleetwide_buffer = New-Object byte[] 1048576',
  '$fleetwide_left = $fleetwide_bytes',
  'while ($fleetwide_left -gt 0) {',
  '  $fleetwide_n = $fleetwide_stream.Read($fleetwide_buffer, 0, [int][Math]::Min($fleetwide_left, $fleetwide_buffer.Length))',
  '  if ($fleetwide_n -eq 0) { fleetwide_say "$fleetwide_from became shorter while it was read" }',
  '  [void]$fleetwide_hash.TransformBlock($fleetwide_buffer, 0, $fleetwide_n, $fleetwide_buffer, 0)',
  '  $fleetwide_out.Write($fleetwide_buffer, 0, $fleetwide_n)',
  '  $fleetwide_left -= $fleetwide_n',
  '}',
  '[void]$fleetwide_hash.TransformFinalBlock($fleetwide_buffer, 0, 0)',
  '$fleetwide_out.Flush()',
  '$fleetwide_sum = [BitConverter]::ToString($fleetwide_hash.Hash).Replace("-", "").ToLowerInvariant()',
];
