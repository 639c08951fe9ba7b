/** Regions of an account, and why one of them is not looked into. */
import type { Reason } from '../../contract/stored.ts';
import type { Place } from '../shared/explorer.ts';
import { reasonOf } from '../shared/reasons.ts';

/** What services answer to a session of an account that has not enabled their Region. */
const STRANGERS: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'AuthFailure',
  'OptInRequired',
]);

const SCP = /service control policy/i;

export interface AccountRegions {
  enabled(): Promise<readonly string[] | Reason>;
  /** Why a Region could not be looked into, by what its services answered. */
  explain(error: unknown, call: string, region: string): Promise<Reason>;
}

/**
 * The home Region of the hub is asked, by EC2: it is where the organisation works, so neither the account nor
 * a policy will have shut it. (The Account Management API knows the same, in us-east-1 alone.)
 */
export function accountRegions(place: Pick<Place, 'servers'>): AccountRegions {
  let known: Promise<readonly string[] | Reason> | undefined;
  const enabled = () => {
    known ??= place.servers
      .regions()
      .catch((error: unknown) => reasonOf(error, 'ec2:DescribeRegions'));
    return known;
  };
  return {
    enabled,
    async explain(error, call, region) {
      const reason = reasonOf(error, call);
      if (reason.code === 'AccessDenied' && SCP.test(reason.message))
        return { ...reason, code: 'serviceControlPolicy' };
      if (!STRANGERS.has(reason.code)) return reason;
      const regions = await enabled();
      return 'code' in regions || regions.includes(region)
        ? reason
        : {
            code: 'regionNotEnabled',
            message: `the account has not enabled ${region}`,
          };
    },
  };
}
