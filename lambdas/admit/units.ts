/** The organizational units, looked up as far as a request asks for them and no unit twice. */
import pMap from 'p-map';
import type { Organization, Unit } from '../shared/organization.ts';

/** The API takes 5 calls a second; this many are under way. */
const CALLS_AT_ONCE = 5;

export interface Units {
  /** The unit or root itself and every unit below it. */
  subtree(id: string): Promise<string[]>;
  /** Units of that path, from the root if it is anchored, else anywhere. */
  find(names: readonly string[], anchored: boolean): Promise<Found[]>;
}

export interface Found {
  readonly id: string;
  /** Names from the top down. */
  readonly path: readonly string[];
}

export function createUnits(organization: Organization): Units {
  const below = new Map<string, Promise<Unit[]>>();
  const unitsIn = (parent: string): Promise<Unit[]> => {
    const known = below.get(parent) ?? organization.unitsIn(parent);
    below.set(parent, known);
    return known;
  };
  const walk = async (level: readonly Found[]): Promise<Found[]> => {
    if (level.length === 0) return [];
    const next = await pMap(
      level,
      async ({ id, path }) =>
        (await unitsIn(id)).map((unit) => ({ id: unit.Id, path: [...path, unit.Name] })),
      { concurrency: CALLS_AT_ONCE },
    );
    return [...level, ...(await walk(next.flat()))];
  };
  let everything: Promise<Found[]> | undefined;
  const all = () => {
    everything ??= organization
      .roots()
      .then((roots) => walk(roots.map((id) => ({ id, path: [] }))));
    return everything;
  };
  return {
    subtree: async (id) => (await walk([{ id, path: [] }])).map((unit) => unit.id),
    async find(names, anchored) {
      return (await all()).filter(({ path }) => {
        const end = anchored ? path : path.slice(-names.length);
        return end.length === names.length && end.every((name, i) => name === names[i]);
      });
    },
  };
}
