/** What a configuration's resources cost a month when nothing is dispatched. Pure. */
import type { Config } from '../../contract/config.ts';
import { METRICS } from '../../contract/metrics.ts';
import { endpointServices } from '../../contract/onboarding.ts';
import { OUTCOMES } from '../../contract/outcomes.ts';
import { HOURS, type Price, PRICES } from './prices.ts';

export interface Assumptions {
  /** Availability Zones of a VPC that endpoints stand in. */
  readonly zones: number;
  /** Accounts of an organizational unit, by its id, or of `organization`; one where it is not said. */
  readonly accounts: ReadonlyMap<string, number>;
}

export interface Factor {
  readonly count: number;
  readonly of: string;
}

export interface Item {
  /** `hub`, or whose accounts these are. */
  readonly where: string;
  readonly what: string;
  /** Multiplied, with `price`, they are `monthly`. */
  readonly factors: readonly Factor[];
  readonly price: Price;
  /** Dollars. */
  readonly monthly: number;
  readonly note?: string;
}

export interface Cost {
  readonly items: readonly Item[];
  readonly total: number;
  /** The same VPCs with a NAT gateway in each zone instead of endpoints. */
  readonly nat: readonly Item[];
  readonly natTotal: number;
  /** Whose number of accounts was taken to be one. */
  readonly guessed: readonly string[];
}

/** Of the Hub stack, whatever the configuration says. */
export const HUB = { alarms: 4, dashboards: 1 } as const;

export function costOf(config: Config, assumptions: Assumptions): Cost {
  const groups = groupsOf(config, assumptions);
  const items = [...hubItems(config), ...groups.flatMap((each) => endpointItems(config, each))];
  const nat = groups.flatMap((each) => natItems(config, each));
  return {
    items,
    total: sum(items),
    nat,
    natTotal: sum(nat),
    guessed: groups.flatMap(({ where, guessed }) => (guessed ? [where] : [])),
  };
}

const sum = (items: readonly Item[]) => items.reduce((all, { monthly }) => all + monthly, 0);

function item(
  where: string,
  what: string,
  factors: readonly Factor[],
  price: Price,
  note?: string,
): Item {
  return {
    where,
    what,
    factors,
    price,
    monthly: factors.reduce((product, { count }) => product * count, price.dollars),
    ...(note !== undefined && { note }),
  };
}

function hubItems(config: Config): Item[] {
  const metrics = Object.keys(METRICS).length + OUTCOMES.length;
  return [
    ...(config.encryption === 'KMS'
      ? [
          item(
            'hub',
            'keys of the buckets',
            [{ count: 1 + config.regions.length, of: 'keys' }],
            PRICES.key,
            'each $1 more after its first and its second yearly rotation',
          ),
        ]
      : []),
    item(
      'hub',
      'alarms',
      [{ count: HUB.alarms, of: 'alarms' }],
      PRICES.alarm,
      '10 of an account are free',
    ),
    item(
      'hub',
      'dashboard',
      [{ count: HUB.dashboards, of: 'dashboard' }],
      PRICES.dashboard,
      '3 of an account are free',
    ),
    item(
      'hub',
      'metrics of dispatches, at most',
      [{ count: metrics, of: 'metrics' }],
      PRICES.metric,
      'paid by the hour in which they are written; 10 of an account are free',
    ),
  ];
}

/** Accounts that get endpoints, and where. */
interface Group {
  readonly where: string;
  readonly accounts: number;
  readonly regions: readonly string[];
  readonly zones: number;
  readonly guessed: boolean;
}

function groupsOf(config: Config, { zones, accounts }: Assumptions): Group[] {
  const { onboarding, organizationId, endpoints } = config;
  if (!endpoints) return [];
  const said = (where: string) => ({
    where,
    accounts: accounts.get(where) ?? 1,
    guessed: !accounts.has(where),
  });
  const { regions } = config;
  if (onboarding?.organizationalUnits)
    return onboarding.organizationalUnits
      .filter((unit) => unit.endpoints)
      .map((unit) => ({ ...said(unit.id), regions: unit.regions ?? regions, zones }));
  const named = (all: readonly string[]): Group[] => [
    { where: 'accounts', accounts: all.length, regions, zones, guessed: false },
  ];
  if (onboarding?.accounts) return onboarding.endpoints ? named(onboarding.accounts) : [];
  // Deployed by hand, SpokeRegion has endpoints where the configuration names VPCs.
  if (config.accounts.length > 0) return named(config.accounts);
  return organizationId === undefined ? [] : [{ ...said('organization'), regions, zones }];
}

const some = (count: number, what: string): Factor => ({
  count,
  of: count === 1 ? what : `${what}s`,
});

const vpcFactors = (config: Config, { accounts, regions, zones }: Group): Factor[] => [
  some(accounts, 'account'),
  some(regions.length, 'Region'),
  some(config.endpoints?.vpcs.length ?? 0, 'VPC'),
  some(zones, 'zone'),
  { count: HOURS, of: 'hours' },
];

/** An item for the Regions that have the same services. */
function endpointItems(config: Config, group: Group): Item[] {
  const { endpoints } = config;
  if (!endpoints) return [];
  const alike = Map.groupBy(group.regions, (region) =>
    endpointServices(endpoints, region).join(', '),
  );
  return [...alike].map(([services, regions]) =>
    item(
      group.where,
      'interface endpoints',
      [
        ...vpcFactors(config, { ...group, regions }),
        { count: services.split(', ').length, of: 'endpoints' },
      ],
      PRICES.interfaceEndpoint,
      `${services}; the gateway endpoint of S3 is free`,
    ),
  );
}

const natItems = (config: Config, group: Group): Item[] => [
  item(group.where, 'NAT gateways', vpcFactors(config, group), PRICES.natGateway),
  item(group.where, 'their addresses', vpcFactors(config, group), PRICES.publicAddress),
];
