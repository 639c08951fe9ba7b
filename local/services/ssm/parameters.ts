import { AwsError } from '../../core/operation.ts';
import type { CommandDocument, DocumentParameter, Parameters } from './documents.ts';

const bad = (message: string) => new AwsError('InvalidParameters', message);

/** Document and parameters together (user guide, "Creating SSM document content"). */
const MAX_BYTES = 64 * 1024;

/** Checks what the caller gave; returns it with the defaults of the document filled in. */
export function resolveParameters(document: CommandDocument, given: Parameters): Parameters {
  for (const [name, values] of Object.entries(given)) {
    const parameter = document.parameters[name];
    if (!parameter) throw bad(`Parameter '${name}' is not defined by document ${document.name}.`);
    checkParameter(document, name, parameter, values);
  }
  const bytes = Buffer.byteLength(JSON.stringify(given)) + Buffer.byteLength(document.content);
  if (bytes > MAX_BYTES)
    throw new AwsError(
      'MaxDocumentSizeExceeded',
      `Document ${document.name} and its parameters have ${bytes} bytes; the limit is ${MAX_BYTES}.`,
    );
  const resolved = Object.entries(document.parameters).map(([name, { default: fallback }]) => {
    const values = given[name] ?? fallback;
    if (!values) throw bad(`Parameter '${name}' of document ${document.name} is required.`);
    return [name, values] as const;
  });
  return Object.fromEntries(resolved);
}

function checkParameter(
  document: CommandDocument,
  name: string,
  { type, maxChars, minItems, maxItems, allowedValues, allowedPattern }: DocumentParameter,
  values: readonly string[],
): void {
  if (values.length === 0) throw bad(`Parameter '${name}' has no value.`);
  if (type === 'String' && values.length > 1)
    throw bad(`Parameter '${name}' is a String and takes one value, not ${values.length}.`);
  if (values.length < (minItems ?? 0) || values.length > (maxItems ?? Number.POSITIVE_INFINITY))
    throw bad(
      `Parameter '${name}' has ${values.length} values; it takes ${minItems ?? 0} to ${maxItems ?? 'any'}.`,
    );
  for (const value of values) {
    if (allowedValues && !allowedValues.includes(value))
      throw bad(`Value '${value}' of parameter '${name}' is none of ${allowedValues.join(', ')}.`);
    if (maxChars !== undefined && value.length > maxChars)
      throw bad(`Parameter '${name}' has ${value.length} characters; the limit is ${maxChars}.`);
    if (allowedPattern !== undefined && !new RegExp(`^(${allowedPattern})$`).test(value))
      throw bad(`Value '${value}' of parameter '${name}' does not match ${allowedPattern}.`);
    refuseReferences(document, name, value);
  }
}

/**
 * `{{ssm:…}}` is resolved by the service and `{{ name }}` of a document's own parameter by the agent;
 * neither exists here. Any other pair of braces (`docker ps --format '{{.Names}}'`) is plain text.
 */
function refuseReferences(document: CommandDocument, name: string, value: string): void {
  for (const [reference, inner = ''] of value.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g))
    if (/^ssm(-secure)?:/.test(inner) || Object.hasOwn(document.parameters, inner))
      throw bad(
        `The embedded AWS does not implement the reference ${reference} in parameter '${name}'.`,
      );
}
