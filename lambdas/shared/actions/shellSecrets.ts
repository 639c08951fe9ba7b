/** Secrets on Linux and macOS: read by the AWS CLI with the node's own role, into variables of the shell alone. */
import { described, type Program, regionOf } from './program.ts';
import { quoted } from './shell.ts';

/** Lines that read each secret into `fleetwide_secret_<n>`. What the CLI says about a failure goes to stderr. */
export function readSecrets({ secrets, region }: Pick<Program, 'secrets' | 'region'>): string[] {
  const all = Object.entries(secrets);
  if (all.length === 0) return [];
  return [
    "command -v aws >/dev/null || fleetwide_say 'secrets are read with the AWS CLI, which this node does not have'",
    ...all.flatMap(([name, reference], i) => {
      const variable = `fleetwide_secret_${i}`;
      const where = quoted(regionOf(reference, region));
      const call =
        'parameter' in reference
          ? `ssm get-parameter --region ${where} --name ${quoted(reference.parameter)} --with-decryption --query Parameter.Value`
          : `secretsmanager get-secret-value --region ${where} --secret-id ${quoted(reference.secret)} --query SecretString`;
      return [
        // The x keeps line breaks at the end of the secret; the one before it is the CLI's own.
        `${variable}=$(AWS_PAGER= aws ${call} --output text && printf x) || fleetwide_say ${quoted(`${name}: ${described(reference)} cannot be read by this node`)}`,
        `${variable}=\${${variable}%?x}`,
      ];
    }),
  ];
}

export const exportSecrets = ({ secrets }: Pick<Program, 'secrets'>): string[] =>
  Object.keys(secrets).map((name, i) => `export ${name}="$fleetwide_secret_${i}"`);
