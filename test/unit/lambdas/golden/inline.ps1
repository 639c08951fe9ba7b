$fleetwide_content = 'cGFyYW0oJFBhdGgpICJww6RpdsOkw6QgJFBhdGgiOyBleGl0IDMK'
& ([scriptblock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('…'))))
############################################################
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
try { [Console]::OutputEncoding = New-Object Text.UTF8Encoding $false } catch { }
function fleetwide_text([string]$base64) { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($base64)) }
function fleetwide_say([string]$why) { [Console]::Error.WriteLine("fleetwide: ${why}: not executed"); exit 125 }
function fleetwide_digest([string]$path) {
  $stream = [IO.File]::OpenRead($path)
  try { [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($stream)).Replace("-", "").ToLowerInvariant() } finally { $stream.Dispose() }
}
$fleetwide_directory = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) ('fleetwide-' + [guid]::NewGuid().ToString('N')))).FullName
try {
$fleetwide_file = Join-Path $fleetwide_directory 'deploy.ps1'
[IO.File]::WriteAllBytes($fleetwide_file, [Convert]::FromBase64String($fleetwide_content))
Set-Location -LiteralPath $fleetwide_directory
if (-not [IO.File]::Exists($fleetwide_file)) { fleetwide_say "$fleetwide_file is not there" }
$fleetwide_sum = fleetwide_digest $fleetwide_file
if ($fleetwide_sum -ne 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') { fleetwide_say "SHA-256 of $fleetwide_file is $fleetwide_sum, expected aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
[Environment]::SetEnvironmentVariable('MODE', (fleetwide_text 'YTti'), 'Process')
if ($PSVersionTable.PSVersion.Major -lt 6) {
  $fleetwide_bytes = [IO.File]::ReadAllBytes($fleetwide_file)
  if ([Text.Encoding]::GetEncoding(28591).GetString($fleetwide_bytes) -cmatch '^(?!\xEF\xBB\xBF|\xFF\xFE|\xFE\xFF)[\s\S]*[^\x00-\x7F]') {
    [IO.File]::WriteAllBytes($fleetwide_file, [byte[]](0xEF, 0xBB, 0xBF) + $fleetwide_bytes)
  }
}
$fleetwide_arguments = [string[]]@('C:\Program Files\app', (fleetwide_text 'aXQncyAkKHgp'), '')
$global:LASTEXITCODE = 0
$ErrorActionPreference = 'Continue'
try { & $fleetwide_file @fleetwide_arguments } catch { [Console]::Error.WriteLine(($_ | Out-String)); exit 1 }
exit $LASTEXITCODE
} finally {
  Remove-Item -LiteralPath $fleetwide_directory -Recurse -Force -ErrorAction SilentlyContinue
}
