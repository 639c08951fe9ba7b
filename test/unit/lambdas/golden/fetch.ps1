& ([scriptblock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('…'))))
############################################################
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
try { [Console]::OutputEncoding = New-Object Text.UTF8Encoding $false } catch { }
function fleetwide_text([string]$base64) { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($base64)) }
function fleetwide_say([string]$why) { [Console]::Error.WriteLine("fleetwide: ${why}: not fetched"); exit 125 }
function fleetwide_digest([string]$path) {
  $stream = [IO.File]::OpenRead($path)
  try { [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($stream)).Replace("-", "").ToLowerInvariant() } finally { $stream.Dispose() }
}
$fleetwide_from = 'C:\Program Files\app.log'
$fleetwide_directory = $null
try {
  if ([IO.Directory]::Exists($fleetwide_from)) {
    if (-not (Get-Command tar.exe -ErrorAction SilentlyContinue)) { fleetwide_say "this node has no tar" }
    $fleetwide_directory = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) ('fleetwide-' + [guid]::NewGuid().ToString('N')))).FullName
    $fleetwide_kind = 'directory'
    $fleetwide_read = Join-Path $fleetwide_directory 'archive'
    $ErrorActionPreference = 'Continue'
    $fleetwide_said = ((& tar.exe -czf $fleetwide_read -C $fleetwide_from . 2>&1) | Select-Object -First 20) -join ' '
    $ErrorActionPreference = 'Stop'
    if ($LASTEXITCODE -ne 0) { fleetwide_say "$fleetwide_from cannot be archived: $fleetwide_said" }
  } elseif ([IO.File]::Exists($fleetwide_from)) {
    $fleetwide_kind = 'file'
    $fleetwide_read = $fleetwide_from
  } else { fleetwide_say "$fleetwide_from is not there" }
  try { $fleetwide_stream = [IO.File]::Open($fleetwide_read, 'Open', 'Read', 'ReadWrite, Delete') } catch { fleetwide_say "$fleetwide_from cannot be read: $($_.Exception.Message)" }
  try {
    $fleetwide_bytes = $fleetwide_stream.Length
    if ($fleetwide_bytes -gt 1000) { fleetwide_say "$fleetwide_from has $fleetwide_bytes bytes, more than the 1000 of maxBytes" }
    $fleetwide_out = [Console]::OpenStandardOutput()
    $fleetwide_hash = [Security.Cryptography.SHA256]::Create()
    $fleetwide_buffer = New-Object byte[] 1048576
    $fleetwide_left = $fleetwide_bytes
    while ($fleetwide_left -gt 0) {
      $fleetwide_n = $fleetwide_stream.Read($fleetwide_buffer, 0, [int][Math]::Min($fleetwide_left, $fleetwide_buffer.Length))
      if ($fleetwide_n -eq 0) { fleetwide_say "$fleetwide_from became shorter while it was read" }
      [void]$fleetwide_hash.TransformBlock($fleetwide_buffer, 0, $fleetwide_n, $fleetwide_buffer, 0)
      $fleetwide_out.Write($fleetwide_buffer, 0, $fleetwide_n)
      $fleetwide_left -= $fleetwide_n
    }
    [void]$fleetwide_hash.TransformFinalBlock($fleetwide_buffer, 0, 0)
    $fleetwide_out.Flush()
    $fleetwide_sum = [BitConverter]::ToString($fleetwide_hash.Hash).Replace("-", "").ToLowerInvariant()
  } finally { $fleetwide_stream.Dispose() }
  [Console]::Error.WriteLine("fleetwide: fetched a $fleetwide_kind of $fleetwide_bytes bytes, SHA-256 $fleetwide_sum")
} finally { if ($fleetwide_directory) { Remove-Item -LiteralPath $fleetwide_directory -Recurse -Force -ErrorAction SilentlyContinue } }
exit 0
