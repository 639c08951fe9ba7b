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
$fleetwide_file = Join-Path (Get-Location).ProviderPath 'deploy.ps1'
if (-not [IO.File]::Exists($fleetwide_file)) { fleetwide_say "$fleetwide_file is not there" }
$fleetwide_sum = fleetwide_digest $fleetwide_file
if ($fleetwide_sum -ne 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') { fleetwide_say "SHA-256 of $fleetwide_file is $fleetwide_sum, expected aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
function fleetwide_secret([string]$kind, [string]$name, [string]$region, [string]$what) {
  try {
    if ($kind -eq 'parameter') {
      if (Get-Command Get-SSMParameter -ErrorAction SilentlyContinue) { return (Get-SSMParameter -Name $name -WithDecryption $true -Region $region).Value }
      $words = 'ssm', 'get-parameter', '--region', $region, '--name', $name, '--with-decryption', '--query', 'Parameter.Value', '--output', 'text'
    } else {
      if (Get-Command Get-SECSecretValue -ErrorAction SilentlyContinue) { return (Get-SECSecretValue -SecretId $name -Region $region).SecretString }
      $words = 'secretsmanager', 'get-secret-value', '--region', $region, '--secret-id', $name, '--query', 'SecretString', '--output', 'text'
    }
    $aws = @(Get-Command aws -CommandType Application -ErrorAction SilentlyContinue)[0]
    if (-not $aws) { fleetwide_say 'secrets are read with the AWS Tools for PowerShell or the AWS CLI, and this node has neither' }
    $env:AWS_PAGER = ''
    $env:AWS_CLI_OUTPUT_ENCODING = 'UTF-8'
    $ErrorActionPreference = 'Continue'
    $value = (& $aws.Source @words) -join "`n"
    if ($LASTEXITCODE -ne 0) { throw 'the AWS CLI failed' }
    return $value
  } catch {
    fleetwide_say "$what cannot be read by this node: $($_.Exception.Message)"
  }
}
[Environment]::SetEnvironmentVariable('DB_PASSWORD', (fleetwide_secret 'parameter' '/app/db' 'eu-west-1' 'DB_PASSWORD: parameter /app/db'), 'Process')
[Environment]::SetEnvironmentVariable('TOKEN', (fleetwide_secret 'secret' 'arn:aws:secretsmanager:us-east-1:111122223333:secret:app-AbCdEf' 'us-east-1' 'TOKEN: secret arn:aws:secretsmanager:us-east-1:111122223333:secret:app-AbCdEf'), 'Process')
[Environment]::SetEnvironmentVariable('MODE', (fleetwide_text 'YTti'), 'Process')
try { Set-Location -LiteralPath 'D:\app data' } catch { fleetwide_say 'no working directory' }
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
