/**
 * List prices of us-east-1 in US dollars of November 2026, other Regions differ by some percent. `source` is the page that
 * has them; those of NAT gateways and hybrid nodes were read from copies of theirs.
 */

/** What price pages reckon with. */
export const HOURS = 730;

export interface Price {
  /** Dollars for one `unit`. */
  readonly dollars: number;
  readonly unit: string;
  readonly source: string;
}

const page = (name: string) => `https://aws.amazon.com/${name}/pricing/`;

export const PRICES = {
  interfaceEndpoint: { dollars: 0.01, unit: 'zone-hour', source: page('privatelink') },
  natGateway: { dollars: 0.045, unit: 'hour', source: page('vpc') },
  /** A NAT gateway has one. */
  publicAddress: { dollars: 0.005, unit: 'hour', source: page('vpc') },
  key: { dollars: 1, unit: 'month', source: page('kms') },
  alarm: { dollars: 0.1, unit: 'month', source: page('cloudwatch') },
  dashboard: { dollars: 3, unit: 'month', source: page('cloudwatch') },
  metric: { dollars: 0.3, unit: 'month', source: page('cloudwatch') },
} as const satisfies Readonly<Record<string, Price>>;

/** What is paid for as it is used; nothing of it runs between dispatches. */
export const BY_USE: readonly (Price & { readonly what: string })[] = [
  { what: 'state transitions', dollars: 0.025, unit: '1,000', source: page('step-functions') },
  { what: 'function calls', dollars: 0.2, unit: 'million', source: page('lambda') },
  {
    what: 'function time (arm64)',
    dollars: 0.0000133334,
    unit: 'GB-second',
    source: page('lambda'),
  },
  { what: 'objects kept', dollars: 0.023, unit: 'GB-month', source: page('s3') },
  { what: 'objects written', dollars: 0.005, unit: '1,000', source: page('s3') },
  { what: 'logs taken in', dollars: 0.5, unit: 'GB', source: page('cloudwatch') },
  { what: 'traffic of endpoints', dollars: 0.01, unit: 'GB', source: page('privatelink') },
  { what: 'calls of the keys', dollars: 0.03, unit: '10,000', source: page('kms') },
  {
    what: 'commands on hybrid nodes (none on EC2)',
    dollars: 0.002,
    unit: 'invocation',
    source: page('systems-manager'),
  },
];
