import type { Account, OrganizationalUnit } from '@aws-sdk/client-organizations';
import type { Member, Organization, Unit } from './store.ts';

const arn = ({ id, management }: Organization, kind: string, resource: string): string =>
  `arn:aws:organizations::${management}:${kind}/${id}/${resource}`;

/** Without Status: it was retired on 9 September 2026 (API Reference, Account). */
export const showAccount = (organization: Organization, member: Member): Account => ({
  Id: member.id,
  Arn: arn(organization, 'account', member.id),
  Name: member.name,
  Email: `${member.id}@example.com`,
  State: member.state,
  JoinedMethod: 'CREATED',
});

export const showUnit = (organization: Organization, unit: Unit): OrganizationalUnit => ({
  Id: unit.id,
  Arn: arn(organization, 'ou', unit.id),
  Name: unit.name,
});
