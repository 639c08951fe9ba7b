import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { allow } from './statement.ts';

/**
 * Which accounts there are, where they lie and what tags they carry. It reads, in the configured organisation
 * alone; its management account, which owns these resources, is not known here. Only ListAccounts and
 * ListRoots know no resource types (Service Authorization Reference, AWS Organizations), hence `*`.
 */
export function readOrganization(id: string): readonly iam.PolicyStatement[] {
  const of = (kind: string) => `arn:${Aws.PARTITION}:organizations::*:${kind}/${id}/*`;
  return [
    // "organization", and where the units that a request names by path begin.
    allow('ListOrganization', ['organizations:ListAccounts', 'organizations:ListRoots'], ['*']),
    // "ou:…": a unit, and all that is below it.
    allow(
      'WalkUnits',
      ['organizations:ListOrganizationalUnitsForParent', 'organizations:ListAccountsForParent'],
      [of('root'), of('ou')],
    ),
    // accountTags.
    allow('ReadAccountTags', ['organizations:ListTagsForResource'], [of('account')]),
  ];
}
