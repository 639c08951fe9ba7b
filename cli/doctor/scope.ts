/** What doctor is to look at: of flags, of a request, or of the configuration. */
import type { Config } from '../../contract/config.ts';
import { OLD_AGENT } from '../../contract/doctor.ts';
import type { Request, RequestInput } from '../../contract/request.ts';

type Targets = Pick<
  RequestInput['targets'],
  'accounts' | 'accountTags' | 'excludeAccounts' | 'regions' | 'from'
>;

export interface Scope {
  /** Selectors × Regions, each set for itself. */
  readonly sets: readonly Targets[];
  /** What a dispatch that only looks is started with, where selectors have to be resolved. */
  readonly action: RequestInput['action'];
  /** Absent: those of the configuration that the hub was deployed from. */
  readonly documents?: readonly string[];
  readonly agentAtLeast: string;
}

const LOOK: RequestInput['action'] = { type: 'command', linux: ['true'] };

export const scopeOfTargets = (targets: Targets): Scope => ({
  sets: [targets],
  action: LOOK,
  agentAtLeast: OLD_AGENT,
});

export function scopeOfRequest({ action, targets, overrides }: Request): Scope {
  const { accounts, accountTags, excludeAccounts, regions, from } = targets;
  const needed = action.type === 'document' ? action.agentAtLeast : undefined;
  return {
    sets: [
      {
        accounts,
        excludeAccounts,
        regions,
        ...(accountTags && { accountTags }),
        ...(from && { from }),
      },
    ],
    action,
    // Fleetwide's own are among those of the configuration; runbooks are looked for by nobody's permission.
    ...(action.type === 'document' && {
      documents: [
        ...new Set([
          action.name,
          ...Object.values(overrides).flatMap(({ document }) => document?.name ?? []),
        ]),
      ],
    }),
    ...(action.type === 'automation' && { documents: [] }),
    agentAtLeast: needed ?? OLD_AGENT,
  };
}

/** Which accounts are to be spokes of it; `regions` narrows it. */
export function scopeOfConfig(config: Config, regions: readonly string[]): Scope {
  const { onboarding, organizationId, documents } = config;
  const meant = (all: readonly string[]) =>
    all.filter((region) => regions.length === 0 || regions.includes(region));
  const units = onboarding?.organizationalUnits ?? [];
  const named = [...new Set([...config.accounts, ...(onboarding?.accounts ?? [])])];
  const everybody = units.length === 0 && named.length === 0 && organizationId !== undefined;
  const sets = [
    ...units.map((unit) => ({
      accounts: [`ou:${unit.id}`],
      regions: meant(unit.regions ?? config.regions),
    })),
    ...(named.length > 0 ? [{ accounts: named, regions: meant(config.regions) }] : []),
    ...(everybody ? [{ accounts: ['organization'], regions: meant(config.regions) }] : []),
  ];
  const [name = ''] = documents;
  return {
    sets: sets.filter((set) => set.regions.length > 0),
    // One that the hub lets in, whatever the configuration names.
    action: { type: 'document', name },
    documents,
    agentAtLeast: OLD_AGENT,
  };
}
