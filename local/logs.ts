/** What functions printed, by log group: the last lines, for a person to read. */
const MOST_LINES = 5_000;

export interface LogLine {
  readonly at: number;
  readonly stream: string;
  readonly line: string;
}

export class Logs {
  readonly #groups = new Map<string, LogLine[]>();

  put(group: string): void {
    if (!this.#groups.has(group)) this.#groups.set(group, []);
  }

  /** A line for a group that does not exist is lost, as on AWS. */
  add(group: string, entry: LogLine): void {
    const lines = this.#groups.get(group);
    if (!lines) return;
    lines.push(entry);
    if (lines.length > MOST_LINES) lines.splice(0, lines.length - MOST_LINES);
  }

  lines(group: string): readonly LogLine[] {
    return this.#groups.get(group) ?? [];
  }

  groups(): readonly string[] {
    return [...this.#groups.keys()];
  }
}
