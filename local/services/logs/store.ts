/** Log groups, their streams and events; what functions print is here too. */
export interface LogEvent {
  /** As the writer says; milliseconds since the epoch. */
  readonly timestamp: number;
  readonly ingestedAt: number;
  readonly message: string;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  readonly events: LogEvent[];
}

export interface LogGroup {
  /** Without the `:*` that stands for its streams. */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly createdAt: number;
  readonly retentionDays?: number;
  readonly streams: Map<string, LogStream>;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** What functions print is for a person to read: the last lines of a stream. */
const MOST_LINES = 5_000;

export class LogStore {
  readonly #groups = new Map<string, LogGroup>();
  /** Why lines of functions were lost, as CloudTrail would show it: their roles may not write them. */
  readonly refused: string[] = [];

  put(group: Omit<LogGroup, 'streams'>): void {
    const key = keyOf(group, group.name);
    const streams = this.#groups.get(key)?.streams ?? new Map<string, LogStream>();
    this.#groups.set(key, { ...group, streams });
  }

  group(place: Place, name: string): LogGroup | undefined {
    return this.#groups.get(keyOf(place, name));
  }

  /** By name. */
  groups({ account, region }: Place): readonly LogGroup[] {
    return [...this.#groups.values()]
      .filter((group) => group.account === account && group.region === region)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A line that a function printed. For a group that does not exist it is lost, as on AWS. */
  print(place: Place, name: string, stream: string, line: string, now: number): void {
    const group = this.group(place, name);
    if (!group) return;
    const { events } = streamOf(group, stream, now);
    events.push({ timestamp: now, ingestedAt: now, message: line });
    if (events.length > MOST_LINES) events.splice(0, events.length - MOST_LINES);
  }

  /** What functions printed to the groups of that name, in every account and Region. */
  lines(
    name: string,
  ): readonly { readonly at: number; readonly stream: string; readonly line: string }[] {
    return [...this.#groups.values()]
      .filter((group) => group.name === name)
      .flatMap((group) => [...group.streams.values()])
      .flatMap(({ name: stream, events }) =>
        events.map(({ timestamp, message }) => ({ at: timestamp, stream, line: message })),
      )
      .toSorted((a, b) => a.at - b.at);
  }
}

export function streamOf(group: LogGroup, name: string, now: number): LogStream {
  const known = group.streams.get(name);
  if (known) return known;
  const made = { name, createdAt: now, events: [] };
  group.streams.set(name, made);
  return made;
}

const keyOf = ({ account, region }: Place, name: string): string => `${account}/${region}/${name}`;
