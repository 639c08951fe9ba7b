/** What looks like a secret in a request: it would stay in the execution's history and in every log of it. */

const SECRETS: readonly (readonly [what: string, pattern: RegExp])[] = [
  // IAM User Guide, "IAM identifiers": AKIA long-term, ASIA temporary, 16 characters of base 32 behind.
  ['an AWS access key id', /(?<![A-Z0-9])(AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/],
  [
    'an AWS secret access key',
    /aws_?(secret_?access_?key|session_?token)["']?\s*[=:]\s*["']?[A-Za-z0-9/+=]{40}/i,
  ],
  ['a private key', /-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----/],
  // A literal: not empty, not a variable, a substitution, a reference or a placeholder.
  [
    'a password',
    /(?<!\$\{?)\b\w*(?:password|passwd)["']?\s*=(?!=)\s*(?!["']?(?:\$|`|\{\{|<|[;&|\s]|$)|["']{2})\S/i,
  ],
  ['a password', /\$\w*(?:password|passwd)\s*=\s*(["'])(?!\$|\1)/i],
];

/** The kind of secret that the text seems to hold. */
export const secretIn = (text: string): string | undefined =>
  SECRETS.find(([, pattern]) => pattern.test(text))?.[0];

/** A name whose value is a secret; names like DB_PASSWORD_PARAMETER tell where one is kept. */
const SECRET_NAME = /(password|passwd|secret|secret_access_key|session_token)$/i;

/** The kind of secret that a named literal seems to be. */
export const secretNamed = (name: string, value: string): string | undefined =>
  SECRET_NAME.test(name) && value !== '' && !value.startsWith('{{')
    ? `the secret ${name}`
    : secretIn(value);

export const SECRET_REMEDY =
  'Keep it in Parameter Store (SecureString) or Secrets Manager and read it on the node, with the node’s own role';
