import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { AwsError } from '../../core/operation.ts';

export const validation = (message: string) => new AwsError('ValidationError', message, 400);

const invalid = (member: string, value: unknown, constraint: string) =>
  validation(
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );

interface Rule {
  readonly member: 'RoleArn' | 'RoleSessionName' | 'ExternalId' | 'SourceIdentity' | 'Policy';
  readonly length: readonly [min: number, max: number];
  readonly pattern?: RegExp;
}

/** Source: STS API Reference, AssumeRole. */
const RULES: readonly Rule[] = [
  { member: 'RoleArn', length: [20, 2_048] },
  { member: 'RoleSessionName', length: [2, 64], pattern: /^[\w+=,.@-]*$/ },
  { member: 'ExternalId', length: [2, 1_224], pattern: /^[\w+=,.@:/-]*$/ },
  { member: 'SourceIdentity', length: [2, 64], pattern: /^[\w+=,.@-]*$/ },
  { member: 'Policy', length: [1, 2_048] },
];

/** Parameters that exist and change who may do what: accepting them unseen would be wrong. */
const REFUSED = [
  'PolicyArns',
  'SerialNumber',
  'TokenCode',
  'ProvidedContexts',
  'TransitiveTagKeys',
] as const;

const DURATION = [900, 43_200] as const;
const MAX_TAGS = 50;

/** What the SDK leaves to the service: lengths, patterns, ranges. Throws ValidationError. */
export function checkInput(input: AssumeRoleCommandInput): void {
  for (const member of REFUSED)
    if (input[member] !== undefined && [input[member]].flat().length > 0)
      throw validation(`The embedded AWS does not implement ${member} of sts:AssumeRole`);
  for (const member of ['RoleArn', 'RoleSessionName'] as const)
    if (input[member] === undefined) throw invalid(member, 'null', 'Member must not be null');
  for (const { member, length, pattern } of RULES)
    checkText(member, input[member], length, pattern);
  if (input.SourceIdentity?.startsWith('aws:'))
    throw invalid('SourceIdentity', input.SourceIdentity, "Member must not begin with 'aws:'");
  const seconds = input.DurationSeconds;
  if (seconds !== undefined && seconds < DURATION[0])
    throw invalid(
      'DurationSeconds',
      seconds,
      `Member must have value greater than or equal to ${DURATION[0]}`,
    );
  if (seconds !== undefined && seconds > DURATION[1])
    throw invalid(
      'DurationSeconds',
      seconds,
      `Member must have value less than or equal to ${DURATION[1]}`,
    );
  checkTags(input);
}

function checkText(
  member: string,
  value: string | undefined,
  [min, max]: readonly [number, number],
  pattern: RegExp | undefined,
): void {
  if (value === undefined) return;
  if (value.length < min)
    throw invalid(member, value, `Member must have length greater than or equal to ${min}`);
  if (value.length > max)
    throw invalid(member, value, `Member must have length less than or equal to ${max}`);
  if (pattern && !pattern.test(value))
    throw invalid(
      member,
      value,
      `Member must satisfy regular expression pattern: ${pattern.source}`,
    );
}

function checkTags({ Tags = [] }: AssumeRoleCommandInput): void {
  if (Tags.length > MAX_TAGS)
    throw invalid('Tags', Tags.length, `Member must have length less than or equal to ${MAX_TAGS}`);
  const names = new Set<string>();
  for (const { Key = '', Value = '' } of Tags) {
    checkText('Tags.Key', Key, [1, 128], undefined);
    checkText('Tags.Value', Value, [0, 256], undefined);
    // Tag keys that differ by case alone are the same tag (IAM User Guide, "Session tags").
    if (names.has(Key.toLowerCase()))
      throw new AwsError('InvalidParameterValue', `Duplicate tag key: ${Key}`);
    names.add(Key.toLowerCase());
  }
}
