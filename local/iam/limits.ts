import { AwsError } from '../core/operation.ts';
import type { PolicyDocument } from '../core/policy.ts';

/** Characters without white space. Source: IAM User Guide, "IAM and AWS STS quotas". */
export const LIMITS = {
  trust: 2_048,
  /** All inline policies of a role together. */
  inline: 10_240,
  managed: 6_144,
  attached: 20,
} as const;

const size = (document: PolicyDocument): number =>
  JSON.stringify(document).replace(/\s/g, '').length;

/** Throws LimitExceeded when the documents together are longer than IAM stores. */
export function checkSize(
  limit: 'trust' | 'inline' | 'managed',
  owner: string,
  documents: readonly PolicyDocument[],
): void {
  const total = documents.reduce((sum, document) => sum + size(document), 0);
  if (total > LIMITS[limit])
    throw new AwsError(
      'LimitExceeded',
      `Maximum policy size of ${LIMITS[limit]} bytes exceeded for ${owner} (${limit} policy: ${total})`,
      409,
    );
}
