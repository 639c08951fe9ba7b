/** What looks like a secret in a request: it would stay in the execution's history and in every log of it. */

/** Begins a literal: not empty, not a variable, a substitution, a reference or a placeholder. */
const LITERAL = String.raw`(?!["']?(?:\$|\x60|\{\{|<|%|[;&|\s]|$)|["']{2})\S`;
const NAMES =
  '(?:api|access|auth|bearer|client|private|secret|session)[_-]?(?:key|token|secret)|secret[_-]?access[_-]?key';

const SECRETS: readonly (readonly [what: string, pattern: RegExp])[] = [
  // IAM User Guide, "IAM identifiers": AKIA long-term, ASIA temporary, 16 characters of base 32 behind.
  ['an AWS access key id', /(?<![A-Z0-9])(AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/],
  [
    'an AWS secret access key',
    /(?:secret_?access_?key|secret_?key|session_?token)["']?\s*[=:]\s*["']?[A-Za-z0-9/+=]{40}/i,
  ],
  ['a private key', /-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|PuTTY-User-Key-File-\d/],
  [
    'a password',
    new RegExp(String.raw`(?<!\$\{?)\b\w*(?:password|passwd)["']?\s*=(?!=)\s*${LITERAL}`, 'i'),
  ],
  ['a password', /\$\w*(?:password|passwd)\s*=\s*(["'])(?!\$|\1)/i],
  // JSON and YAML; and what stands behind a flag.
  ['a password', /(?:password|passwd)["']?\s*:\s*(["'])(?!\$|\{\{|<|\1)/i],
  ['a password', new RegExp(String.raw`\s--(?:[\w-]+-)?password\s+(?!-)${LITERAL}`, 'i')],
  ['a password in a URL', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'$]+:(?![$`{<])[^\s/:@]+@/i],
  [
    'a password for HTTP',
    /\b(?:curl|wget)\b.*\s(?:-u|--user|--password)[\s=]+["']?[^\s:"'$]+:(?!["']|[$`{<\s])/,
  ],
  [
    'a token for HTTP',
    /\bauthorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+(?![$`{<"'])[\w.+/=~-]{8}/i,
  ],
  // Their own prefixes, as each service documents them for scanners.
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22})/],
  ['a token of GitLab', /\bglpat-[\w-]{20}/],
  ['a token of Slack', /\bxox[abeoprs]-[A-Za-z0-9-]{10}/],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}/],
  ['a key of Google', /\bAIza[\w-]{35}/],
  ['a key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{16}/],
  ['a key of an Azure account', /\bAccountKey=[A-Za-z0-9+/]{40}/],
  ['a JSON Web Token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10}/],
  [
    'a token or key',
    new RegExp(
      String.raw`(?<!\$\{?)\b\w*?(?:${NAMES})["']?\s*=(?!=)\s*(?=["']?\S{8})${LITERAL}`,
      'i',
    ),
  ],
];

/** The kind of secret that the text seems to hold. */
export const secretIn = (text: string): string | undefined =>
  SECRETS.find(([, pattern]) => pattern.test(text))?.[0];

/** A name whose value is a secret; names like DB_PASSWORD_PARAMETER tell where one is kept. */
const SECRET_NAME = new RegExp(`(password|passwd|secret|${NAMES})$`, 'i');

/** The kind of secret that a named literal seems to be. */
export const secretNamed = (name: string, value: string): string | undefined =>
  SECRET_NAME.test(name) && value !== '' && !value.startsWith('{{')
    ? `the secret ${name}`
    : secretIn(value);

export const SECRET_REMEDY =
  'Keep it in Parameter Store (SecureString) or Secrets Manager and read it on the node, with the node’s own role';

/** Below these, names are a person's own and say what the values are. */
const OWN_NAMES: ReadonlySet<string | number> = new Set(['environment', 'parameters', 'variables']);

type Path = readonly (string | number)[];

/** Every text of an input that looks like a secret, whatever else is wrong with it. */
export function* secretsIn(
  value: unknown,
  path: Path = [],
): Generator<readonly [path: Path, what: string]> {
  if (typeof value === 'string') {
    const name = path.findLast((part) => typeof part === 'string');
    const own = path.slice(0, -1).some((part) => OWN_NAMES.has(part));
    const text = name === 'base64' ? decoded(value) : value;
    const what = own && name !== undefined ? secretNamed(name, text) : secretIn(text);
    if (what !== undefined) yield [path, what];
  } else if (Array.isArray(value)) {
    for (const [i, each] of value.entries()) yield* secretsIn(each, [...path, i]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) yield* secretsIn(each, [...path, key]);
  }
}

/** What is no base64 is said elsewhere. */
function decoded(text: string): string {
  try {
    return atob(text);
  } catch {
    return text;
  }
}
