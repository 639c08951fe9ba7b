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
$fleetwide_task = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) ('fleetwide-' + [guid]::NewGuid().ToString('N')))).FullName
try {
$fleetwide_acl = New-Object Security.AccessControl.DirectorySecurity
$fleetwide_acl.SetAccessRuleProtection($true, $false)
$fleetwide_user = 'CORP\svc-app'.Replace('.\', "$env:COMPUTERNAME\")
foreach ($who in (New-Object Security.Principal.SecurityIdentifier 'S-1-5-18'), (New-Object Security.Principal.NTAccount $fleetwide_user)) {
  try { $fleetwide_acl.AddAccessRule((New-Object Security.AccessControl.FileSystemAccessRule $who, 'FullControl', 'ContainerInherit, ObjectInherit', 'None', 'Allow')) } catch { fleetwide_say "this node knows no user $fleetwide_user" }
}
Set-Acl -LiteralPath $fleetwide_task -AclObject $fleetwide_acl
$fleetwide_copy = Join-Path $fleetwide_task 'deploy.ps1'
[IO.File]::Copy($fleetwide_file, $fleetwide_copy)
[IO.File]::AppendAllText((Join-Path $fleetwide_task 'secrets'), 'DB_PASSWORD=' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((fleetwide_secret 'parameter' '/app/db' 'eu-west-1' 'DB_PASSWORD: parameter /app/db'))) + "`n")
[IO.File]::AppendAllText((Join-Path $fleetwide_task 'secrets'), 'TOKEN=' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((fleetwide_secret 'secret' 'arn:aws:secretsmanager:us-east-1:111122223333:secret:app-AbCdEf' 'us-east-1' 'TOKEN: secret arn:aws:secretsmanager:us-east-1:111122223333:secret:app-AbCdEf'))) + "`n")
[IO.File]::WriteAllText((Join-Path $fleetwide_task 'run.ps1'), (fleetwide_text '…'))
$fleetwide_scheduler = New-Object -ComObject Schedule.Service
$fleetwide_scheduler.Connect()
$fleetwide_root = $fleetwide_scheduler.GetFolder('\')
$fleetwide_definition = $fleetwide_scheduler.NewTask(0)
$fleetwide_definition.Principal.RunLevel = 1
$fleetwide_definition.Settings.ExecutionTimeLimit = 'PT3600S'
$fleetwide_definition.Settings.DisallowStartIfOnBatteries = $false
$fleetwide_definition.Settings.StopIfGoingOnBatteries = $false
$fleetwide_action = $fleetwide_definition.Actions.Create(0)
$fleetwide_action.Path = Join-Path $env:SystemRoot 'System32\WindowsPowerShell\v1.0\powershell.exe'
$fleetwide_action.Arguments = '-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "' + (Join-Path $fleetwide_task 'run.ps1') + '"'
$fleetwide_action.WorkingDirectory = $fleetwide_task
$fleetwide_name = 'fleetwide-' + [guid]::NewGuid().ToString('N')
try {
  $fleetwide_running = $fleetwide_root.RegisterTaskDefinition($fleetwide_name, $fleetwide_definition, 2, $fleetwide_user, (fleetwide_secret 'parameter' '/app/svc' 'eu-west-1' 'the password: parameter /app/svc'), 1)
} catch { fleetwide_say "the Task Scheduler does not take a task for $($fleetwide_user): $($_.Exception.Message)" }
try {
  [void]$fleetwide_running.Run($null)
  do { Start-Sleep -Milliseconds 200; $fleetwide_result = $fleetwide_root.GetTask($fleetwide_name).LastTaskResult } while ($fleetwide_result -eq 267009 -or $fleetwide_result -eq 267011)
} finally {
  try { $fleetwide_running.Stop(0) } catch { }
  $fleetwide_root.DeleteTask($fleetwide_name, 0)
}
foreach ($stream in @('stdout', [Console]::OpenStandardOutput()), @('stderr', [Console]::OpenStandardError())) {
  $fleetwide_path = Join-Path $fleetwide_task $stream[0]
  if ([IO.File]::Exists($fleetwide_path)) { $file = [IO.File]::OpenRead($fleetwide_path); try { $file.CopyTo($stream[1]); $stream[1].Flush() } finally { $file.Dispose() } }
}
exit $fleetwide_result
} finally { Remove-Item -LiteralPath $fleetwide_task -Recurse -Force -ErrorAction SilentlyContinue }
############################################################
$secrets = Join-Path $PSScriptRoot 'secrets'
if ([IO.File]::Exists($secrets)) {
  foreach ($line in [IO.File]::ReadAllLines($secrets)) {
    $name, $value = $line -split '=', 2
    [Environment]::SetEnvironmentVariable($name, [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($value)), 'Process')
  }
  [IO.File]::Delete($secrets)
}
[IO.File]::WriteAllText((Join-Path $PSScriptRoot 'script.ps1'), [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('…')))
$arguments = '-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "' + (Join-Path $PSScriptRoot 'script.ps1') + '"'
$process = Start-Process -FilePath ([Diagnostics.Process]::GetCurrentProcess().MainModule.FileName) -ArgumentList $arguments -NoNewWindow -Wait -PassThru -RedirectStandardOutput (Join-Path $PSScriptRoot 'stdout') -RedirectStandardError (Join-Path $PSScriptRoot 'stderr')
exit $process.ExitCode
############################################################
$fleetwide_file = Join-Path $PSScriptRoot 'deploy.ps1'
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
try { [Console]::OutputEncoding = New-Object Text.UTF8Encoding $false } catch { }
function fleetwide_text([string]$base64) { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($base64)) }
function fleetwide_say([string]$why) { [Console]::Error.WriteLine("fleetwide: ${why}: not executed"); exit 125 }
function fleetwide_digest([string]$path) {
  $stream = [IO.File]::OpenRead($path)
  try { [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($stream)).Replace("-", "").ToLowerInvariant() } finally { $stream.Dispose() }
}
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
