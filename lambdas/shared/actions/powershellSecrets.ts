/**
 * Secrets on Windows: read with the node's own role by the AWS Tools for PowerShell, which AWS's images have, or
 * by the AWS CLI. Values go from call to variable; no pipeline and no cmdlet takes one as a parameter, as
 * PowerShell's module logging would write it down.
 */
import type { SecretReference } from '../../../contract/actions/secrets.ts';
import { string } from './powershell.ts';
import { described, type Program, regionOf } from './program.ts';

/** An expression of which the value is the secret's. */
const valueOf = (reference: SecretReference, region: string, what: string): string => {
  const where = string(regionOf(reference, region));
  return 'parameter' in reference
    ? `(fleetwide_secret 'parameter' ${string(reference.parameter)} ${where} ${string(what)})`
    : `(fleetwide_secret 'secret' ${string(reference.secret)} ${where} ${string(what)})`;
};

export const secretExpression = (name: string, reference: SecretReference, region: string) =>
  valueOf(reference, region, `${name}: ${described(reference)}`);

/** To stand before the first secret is read. */
export const SECRET_READER = [
  'function fleetwide_secret([string]$kind, [string]$name, [string]$region, [string]$what) {',
  '  try {',
  "    if ($kind -eq 'parameter') {",
  '      if (Get-Command Get-SSMParameter -ErrorAction SilentlyContinue) { return (Get-SSMParameter -Name $name -WithDecryption $true -Region $region).Value }',
  "      $words = 'ssm', 'get-parameter', '--region', $region, '--name', $name, '--with-decryption', '--query', 'Parameter.Value', '--output', 'text'",
  '    } else {',
  '      if (Get-Command Get-SECSecretValue -ErrorAction SilentlyContinue) { return (Get-SECSecretValue -SecretId $name -Region $region).SecretString }',
  "      $words = 'secretsmanager', 'get-secret-value', '--region', $region, '--secret-id', $name, '--query', 'SecretString', '--output', 'text'",
  '    }',
  '    $aws = @(Get-Command aws -CommandType Application -ErrorAction SilentlyContinue)[0]',
  "    if (-not $aws) { fleetwide_say 'secrets are read with the AWS Tools for PowerShell or the AWS CLI, and this node has neither' }",
  "    $env:AWS_PAGER = ''",
  "    $env:AWS_CLI_OUTPUT_ENCODING = 'UTF-8'",
  "    $ErrorActionPreference = 'Continue'",
  '    $value = (& $aws.Source @words) -join "`n"',
  "    if ($LASTEXITCODE -ne 0) { throw 'the AWS CLI failed' }",
  '    return $value',
  '  } catch {',
  '    fleetwide_say "$what cannot be read by this node: $($_.Exception.Message)"',
  '  }',
  '}',
];

/** Lines that put each secret into the environment of this process and its children. */
export function readSecrets({ secrets, region }: Pick<Program, 'secrets' | 'region'>): string[] {
  const all = Object.entries(secrets);
  if (all.length === 0) return [];
  return [
    ...SECRET_READER,
    ...all.map(
      ([name, reference]) =>
        `[Environment]::SetEnvironmentVariable('${name}', ${secretExpression(name, reference, region)}, 'Process')`,
    ),
  ];
}
