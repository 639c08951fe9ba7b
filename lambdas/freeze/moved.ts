/** What of a plan moved since it was frozen: counted, and the first of each kind by name. */
import type { Problem } from '../../contract/errors.ts';
import type { FrozenDocument, Node, Reason } from '../../contract/stored.ts';
import { nodeName, stateOf } from './frozen.ts';

/** Nodes of a shard, as they stand in the plan or in the fleet. */
export interface Seen {
  readonly when: 'then' | 'now';
  /** Of the shard. */
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly documents?: readonly FrozenDocument[] | undefined;
  /** Why the shard cannot be read. */
  readonly skipped?: Reason | undefined;
}

export interface Comparison {
  /** All that there is of a shard. */
  add(shard: readonly Seen[]): void;
  problems(): Problem[];
}

/** Nodes by id and platform: on the latter depends what a node is sent. */
export function comparison(): Comparison {
  const came = newNaming();
  const gone = newNaming();
  const changed = newNaming();
  const blind: Problem[] = [];
  const documents = new Map<string, Naming>();

  const compareNodes = (name: string, seen: readonly Seen[]): void => {
    const then = platforms(seen, 'then');
    const now = platforms(seen, 'now');
    const unread = seen.find(({ skipped }) => skipped)?.skipped;
    for (const id of now.keys()) if (!then.has(id)) came.add(`${name}/${id}`);
    const missing = [...then.keys()].filter((id) => !now.has(id));
    if (unread && missing.length > 0)
      blind.push({
        path: 'nodes',
        message: `${name} cannot be read now: ${unread.code} ${unread.message}`,
        remedy: 'Mend that and run the plan again',
      });
    else for (const id of missing) gone.add(`${name}/${id}`);
    for (const [id, platform] of then) {
      const today = now.get(id);
      if (today !== undefined && today !== platform)
        changed.add(`${name}/${id} (${platform}, now ${today})`);
    }
  };

  const compareDocuments = (name: string, seen: readonly Seen[]): void => {
    const current = seen.find(({ when }) => when === 'now')?.documents ?? [];
    const frozen = seen.find(({ when, documents: own }) => when === 'then' && own)?.documents;
    for (const then of frozen ?? []) {
      const what = change(
        then,
        current.find((document) => document.name === then.name),
      );
      if (what === undefined) continue;
      const where = documents.get(what) ?? newNaming();
      documents.set(what, where);
      where.add(name);
    }
  };

  return {
    add(seen) {
      const name = seen[0]?.name ?? '';
      compareNodes(name, seen);
      compareDocuments(name, seen);
    },
    problems: () => [
      ...told('match now and did not then', came),
      ...told('matched then and do not now', gone),
      ...told('are of another platform now', changed),
      ...blind,
      ...[...documents].map(([what, where]) => ({
        path: 'documents',
        message: `${what} (in ${where.names.join(', ')}${where.count() > MOST_NAMED ? ', …' : ''})`,
        remedy: 'Plan again',
      })),
    ],
  };
}

const MOST_NAMED = 10;

interface Naming {
  add(name: string): void;
  readonly names: readonly string[];
  count(): number;
}

/** Of a fleet there may be too many to keep all names. */
function newNaming(): Naming {
  const names: string[] = [];
  let count = 0;
  return {
    names,
    count: () => count,
    add(name) {
      count++;
      if (names.length < MOST_NAMED) names.push(name);
    },
  };
}

const platforms = (seen: readonly Seen[], when: Seen['when']): Map<string, string> =>
  new Map(
    seen
      .filter((each) => each.when === when)
      .flatMap(({ nodes }) => nodes.map((node) => [nodeName(node), node.platform ?? 'unknown'])),
  );

function told(what: string, naming: Naming): Problem[] {
  const count = naming.count();
  if (count === 0) return [];
  const more = count > MOST_NAMED ? ` and ${count - MOST_NAMED} more` : '';
  const message = `${count} ${what}: ${naming.names.join(', ')}${more}`;
  return [{ path: 'nodes', message, remedy: 'Plan again' }];
}

function change(then: FrozenDocument, now: FrozenDocument | undefined): string | undefined {
  const unread = then.unread ?? now?.unread;
  if (unread)
    return `${then.name} could not be read ${then.unread ? 'then' : 'now'}, so nobody can say that it is the same: ${unread.code} on ${unread.action ?? 'ssm:DescribeDocument'}`;
  // Nodes that are all offline now have no document looked into; Send holds what it sends to the frozen hash.
  if (!now || stateOf(now) === stateOf(then)) return undefined;
  return `${stateOf(then)} is now version ${now.version} ${now.hash ?? ''}`;
}
