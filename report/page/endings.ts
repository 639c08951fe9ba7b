/** Rows → how they ended, each kind of ending once: of 10,000 nodes most say the same. */
import type { Row, Stream } from '../../contract/stored.ts';
import type { PageEnding, PageStream } from './data.ts';

export interface Limits {
  /** Nodes with a row of their own; kinds of good endings; kinds of others. */
  readonly rows: number;
  /** Characters of output in the page; a quarter of them is kept for what did not succeed. */
  readonly text: number;
}

type Ending = { -readonly [K in keyof PageEnding]: PageEnding[K] };

export interface Endings {
  /** The number of the row's ending; undefined when there is no room for another kind. */
  add(row: Row): number | undefined;
  /** Counts the row where its kind is known already, and gives that. */
  count(row: Row): number | undefined;
  succeeded(ending: number): boolean;
  wanted(): string[];
  tell(key: string, text: string): void;
  list(): PageEnding[];
}

/** Outputs that are fetched for the page: each is a GetObject of up to 24,000 characters. */
const MOST_FETCHED = 200;

export function endings(limits: Limits): Endings {
  const numbers = new Map<string, number>();
  const list: Ending[] = [];
  // Apart, so that a fleet whose every node says something of its own leaves room for what failed.
  const kinds = { good: 0, bad: 0 };
  let used = 0;

  const room = (ending: Pick<Ending, 'outcome'>): number =>
    (ending.outcome === 'succeeded' ? limits.text * 0.75 : limits.text) - used;
  const streamOf = (row: Row, stream: Stream): PageStream => {
    const { bytes, sha256, truncated, text, key } = stream;
    const kept = text !== undefined && text.length <= room(row) ? text : undefined;
    used += kept?.length ?? 0;
    return {
      bytes,
      sha256,
      truncated,
      ...(kept !== undefined && { text: kept }),
      ...(key && { key }),
    };
  };
  const count = (row: Row): number | undefined => {
    const known = numbers.get(kindOf(row));
    const ending = list[known ?? -1];
    if (ending) ending.nodes++;
    return known;
  };

  return {
    count,
    add(row) {
      const known = count(row);
      const of = row.outcome === 'succeeded' ? 'good' : 'bad';
      if (known !== undefined || kinds[of] >= limits.rows) return known;
      kinds[of]++;
      list.push({
        outcome: row.outcome,
        ...(row.exitCode !== undefined && { exitCode: row.exitCode }),
        ...(row.statusDetails && { statusDetails: row.statusDetails }),
        ...(row.reason && { reason: row.reason }),
        ...(row.stdout && { stdout: streamOf(row, row.stdout) }),
        ...(row.stderr && { stderr: streamOf(row, row.stderr) }),
        nodes: 1,
      });
      numbers.set(kindOf(row), list.length - 1);
      return list.length - 1;
    },
    succeeded: (ending) => list[ending]?.outcome === 'succeeded',
    wanted() {
      const [bad, good] = [false, true].map((well) =>
        list.filter(({ outcome }) => (outcome === 'succeeded') === well),
      );
      const keys = [...(bad ?? []), ...(good ?? [])].flatMap((ending) =>
        [ending.stdout, ending.stderr].flatMap((s) =>
          s?.key && s.text === undefined && s.bytes <= room(ending) ? [s.key] : [],
        ),
      );
      return keys.slice(0, MOST_FETCHED);
    },
    tell(key, text) {
      for (const ending of list)
        for (const name of ['stdout', 'stderr'] as const) {
          const stream = ending[name];
          if (stream?.key !== key || text.length > room(ending)) continue;
          ending[name] = { ...stream, text };
          used += text.length;
        }
    },
    list: () => list,
  };
}

const kindOf = ({ outcome, exitCode, statusDetails, reason, stdout, stderr }: Row): string =>
  JSON.stringify([
    outcome,
    exitCode,
    statusDetails,
    reason?.code,
    reason?.message,
    stdout?.sha256,
    stderr?.sha256,
  ]);
