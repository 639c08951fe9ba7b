/** A script with all that it is run with: what a script action, and a command with secrets, come to. */
import type { SecretReference } from '../../../contract/actions/secrets.ts';

export interface Program {
  /** Of its file. */
  readonly name: string;
  readonly sha256: string;
  /** Absent: an object of S3, of which nothing but the hash is known here. */
  readonly text?: string | undefined;
  readonly interpreter?: string | undefined;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string | undefined;
  readonly secrets: Readonly<Record<string, SecretReference>>;
  /** Region of the node: where its secrets are kept. */
  readonly region: string;
  /** When the agent kills it. */
  readonly timeoutSeconds: number;
}

/** Where a secret is kept, as a person calls it. */
export const described = (reference: SecretReference): string =>
  'parameter' in reference ? `parameter ${reference.parameter}` : `secret ${reference.secret}`;

/** An ARN says its Region itself; the tools want to hear the same. */
export function regionOf(reference: SecretReference, region: string): string {
  const name = 'parameter' in reference ? reference.parameter : reference.secret;
  return name.startsWith('arn:') ? (name.split(':')[3] ?? region) : region;
}

/** Code of our own failures: a bad checksum or a tool that is missing. The script has not run then. */
export const NOT_RUN = 125;
