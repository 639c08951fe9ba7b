import { AwsError } from '../../core/operation.ts';
import type { Organization } from './store.ts';

/** Source: service model, ParentId. */
const PARENT = /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/;

/** The id of a root or unit that exists, after the caller was asked for. */
export function parentOf(
  organization: Organization,
  id: string | undefined,
  authorized: (id: string) => void,
): string {
  if (id === undefined || !PARENT.test(id))
    throw new AwsError('InvalidInputException', `ParentId ${id ?? ''} is invalid`);
  authorized(id);
  if (!organization.unit(id))
    throw new AwsError(
      'ParentNotFoundException',
      `We can't find a root or OU with the ParentId ${id} that you specified.`,
    );
  return id;
}
