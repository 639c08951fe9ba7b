/** Which Regions an account has enabled. */

/** Enabled in every account (Account Management Reference Guide, "Enable or disable AWS Regions"). */
const ALWAYS = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

/** Those that an account opts in to; a few of them. */
const OPT_IN = [
  'af-south-1',
  'ap-east-1',
  'eu-central-2',
  'eu-south-1',
  'il-central-1',
  'me-south-1',
];

export interface RegionStatus {
  readonly name: string;
  readonly status: 'opt-in-not-required' | 'opted-in' | 'not-opted-in';
}

export class Regions {
  readonly #optedIn = new Map<string, Set<string>>();

  /** The account opts in to a Region. */
  enable(account: string, region: string): void {
    if (!OPT_IN.includes(region)) throw new Error(`${region} is no Region to opt in to`);
    const own = this.#optedIn.get(account) ?? new Set<string>();
    own.add(region);
    this.#optedIn.set(account, own);
  }

  isEnabled(account: string, region: string): boolean {
    return !OPT_IN.includes(region) || this.#optedIn.get(account)?.has(region) === true;
  }

  all(account: string): readonly RegionStatus[] {
    return [
      ...ALWAYS.map((name) => ({ name, status: 'opt-in-not-required' as const })),
      ...OPT_IN.map((name) => ({
        name,
        status: this.isEnabled(account, name) ? ('opted-in' as const) : ('not-opted-in' as const),
      })),
    ];
  }
}
