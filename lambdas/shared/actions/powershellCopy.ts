/** Puts the file that came with the command into its place on a Windows node. */
import { string, verified } from './powershell.ts';
import type { Destination } from './shellCopy.ts';

export const powershellCopy = (to: Omit<Destination, 'mode'>): string[] => [
  ...verified(to.sha256),
  `$fleetwide_to = ${string(to.path.replaceAll('/', '\\'))}`,
  '$fleetwide_in = [IO.Path]::GetDirectoryName($fleetwide_to)',
  '[void][IO.Directory]::CreateDirectory($fleetwide_in)',
  "$fleetwide_new = Join-Path $fleetwide_in ('.fleetwide-' + [guid]::NewGuid().ToString('N'))",
  'try {',
  ...(to.directory ? unpackedBeside(to) : writtenBeside(to)),
  '} finally { Remove-Item -LiteralPath $fleetwide_new -Recurse -Force -ErrorAction SilentlyContinue }',
  '[IO.File]::Delete($fleetwide_file)',
  '[Console]::Out.WriteLine($fleetwide_to)',
  'exit 0',
];

/** icacls, as it takes an owner that is another one than the caller. */
const owned = (owner: string | undefined, what: string, tree: string): string[] =>
  owner === undefined
    ? []
    : [
        `$fleetwide_said = & icacls.exe ${what} /setowner ${string(owner)} ${tree}/q 2>&1`,
        `if ($LASTEXITCODE -ne 0) { fleetwide_say ${string(`it cannot be given to ${owner}`)} }`,
      ];

const writtenBeside = ({ owner, sha256 }: Omit<Destination, 'mode'>): string[] => [
  'if ([IO.Directory]::Exists($fleetwide_to)) { fleetwide_say "$fleetwide_to is a directory" }',
  '[IO.File]::Copy($fleetwide_file, $fleetwide_new)',
  `if ((fleetwide_digest $fleetwide_new) -ne '${sha256}') { fleetwide_say "what was written to $fleetwide_new is not what came" }`,
  // Replace keeps the access rights of what it replaces; [NullString], as PowerShell makes '' of $null.
  'try { if ([IO.File]::Exists($fleetwide_to)) { [IO.File]::Replace($fleetwide_new, $fleetwide_to, [NullString]::Value) } else { [IO.File]::Move($fleetwide_new, $fleetwide_to) } } catch { fleetwide_say "$fleetwide_to cannot be replaced: $($_.Exception.Message)" }',
  ...owned(owner, '$fleetwide_to', ''),
];

/** tar has been part of Windows since Server 2019. */
const unpackedBeside = ({ owner }: Omit<Destination, 'mode'>): string[] => [
  'if (-not (Get-Command tar.exe -ErrorAction SilentlyContinue)) { fleetwide_say "this node has no tar" }',
  'if ([IO.File]::Exists($fleetwide_to)) { fleetwide_say "$fleetwide_to is there and no directory" }',
  "[void][IO.Directory]::CreateDirectory((Join-Path $fleetwide_new 'new'))",
  "& tar.exe -xzf $fleetwide_file -C (Join-Path $fleetwide_new 'new')",
  'if ($LASTEXITCODE -ne 0) { fleetwide_say "the archive cannot be unpacked" }',
  ...owned(owner, "(Join-Path $fleetwide_new 'new')", '/t '),
  'try {',
  "  if ([IO.Directory]::Exists($fleetwide_to)) { [IO.Directory]::Move($fleetwide_to, (Join-Path $fleetwide_new 'old')) }",
  "  try { [IO.Directory]::Move((Join-Path $fleetwide_new 'new'), $fleetwide_to) } catch { if ([IO.Directory]::Exists((Join-Path $fleetwide_new 'old'))) { [IO.Directory]::Move((Join-Path $fleetwide_new 'old'), $fleetwide_to) }; throw }",
  '} catch { fleetwide_say "$fleetwide_to cannot be replaced: $($_.Exception.Message)" }',
];
