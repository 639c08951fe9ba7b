import { AwsError, type Authorize, type Call } from '../../core/operation.ts';
import type { Organization, Organizations } from './store.ts';

export interface OrganizationsDeps {
  readonly organizations: Organizations;
  readonly authorize: Authorize;
  /** Real time, ms since the epoch: clients wait in it between their attempts. */
  readonly wallClock: () => number;
}

/**
 * The organisation of the caller, who may ask about it: its management account, or a member account that is a
 * delegated administrator (API Reference, every List operation used here).
 */
export function organizationOf({ organizations }: OrganizationsDeps, call: Call): Organization {
  const { account } = call.caller;
  const organization = organizations.of(account);
  if (!organization)
    throw new AwsError(
      'AWSOrganizationsNotInUseException',
      'Your account is not a member of an organization.',
    );
  if (account !== organization.management && !organization.delegated.has(account))
    throw new AwsError(
      'AccessDeniedException',
      "You don't have permissions to access this resource.",
    );
  return organization;
}

/** Resources belong to the management account; what a delegated administrator may do its own policies say. */
export function ask(
  { authorize }: OrganizationsDeps,
  call: Call,
  { id, management }: Organization,
  resource?: string,
): void {
  const kind = resource?.startsWith('ou-') ? 'ou' : resource?.startsWith('r-') ? 'root' : 'account';
  authorize(call, {
    action: `organizations:${call.operation}`,
    resource:
      resource === undefined
        ? '*'
        : `arn:aws:organizations::${management}:${kind}/${id}/${resource}`,
    resourceAccount: call.caller.account,
  });
}
