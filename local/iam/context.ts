/** The condition keys of one request: key in lower case → its values. A key that is absent is not in the map. */
export type Context = ReadonlyMap<string, readonly string[]>;

/**
 * Global condition keys that policies may name here. Those without a source in the embedded AWS (network,
 * MFA, service-to-service calls) are known to be absent, as they are for such a call in AWS.
 * Source: IAM User Guide, "AWS global condition context keys".
 */
const GLOBAL_KEYS = new Set(
  [
    'CalledVia',
    'CalledViaFirst',
    'CalledViaLast',
    'CurrentTime',
    'EpochTime',
    'FederatedProvider',
    'MultiFactorAuthAge',
    'MultiFactorAuthPresent',
    'PrincipalAccount',
    'PrincipalArn',
    'PrincipalIsAWSService',
    'PrincipalOrgID',
    'PrincipalOrgPaths',
    'PrincipalServiceName',
    'PrincipalServiceNamesList',
    'PrincipalType',
    'referer',
    'RequestedRegion',
    'ResourceAccount',
    'ResourceOrgID',
    'ResourceOrgPaths',
    'SecureTransport',
    'SourceAccount',
    'SourceArn',
    'SourceIdentity',
    'SourceIp',
    'SourceOrgID',
    'SourceOrgPaths',
    'SourceVpc',
    'SourceVpce',
    'TagKeys',
    'TokenIssueTime',
    'UserAgent',
    'userid',
    'username',
    'ViaAWSService',
    'VpcSourceIp',
  ].map((key) => `aws:${key.toLowerCase()}`),
);

const TAG_KEYS = /^aws:(principaltag|requesttag|resourcetag)\/.+$/;

/** False for a misspelt `aws:` key, which would otherwise never match and never be noticed. */
export function isKnownKey(key: string): boolean {
  const lower = key.toLowerCase();
  return !lower.startsWith('aws:') || GLOBAL_KEYS.has(lower) || TAG_KEYS.test(lower);
}

/** Builds a {@link Context}; undefined values are left out. Later sources win. */
export function contextOf(
  ...sources: readonly Readonly<Record<string, string | readonly string[] | undefined>>[]
): Context {
  const context = new Map<string, readonly string[]>();
  for (const source of sources)
    for (const [key, value] of Object.entries(source))
      if (value !== undefined)
        context.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
  return context;
}
