/** What the page knows: written by Report into the page, read by the page's script. Types only. */
import type { Counts, Outcome } from '../../contract/outcomes.ts';
import type { Reason } from '../../contract/stored.ts';
import type { Home } from './console.ts';

export interface PageData {
  readonly dispatch: string;
  readonly requester: string;
  readonly executionArn: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly succeeded: boolean;
  /** A person stopped it; not told of one that broke or ran out of time. */
  readonly cancelled: boolean;
  readonly error: string;
  readonly cause: string;
  /** What ran, as text. */
  readonly action: string;
  /** The whole request as JSON. */
  readonly request: string;
  readonly plan: {
    readonly sha256: string;
    readonly document: string;
    readonly matched: number;
    readonly sendable: number;
    readonly errorsAllowed: number;
    readonly expectedCalls: number;
  };
  readonly counts: Counts;
  readonly waves: readonly PageWave[];
  readonly shards: readonly PageShard[];
  /** Nodes whose command ran up to DURATIONS[i] ms; the last is for all that took longer. */
  readonly durations: readonly number[];
  readonly endings: readonly PageEnding[];
  readonly rows: readonly PageRow[];
  /** Nodes that are counted everywhere, but have no row here. */
  readonly unlisted: number;
  /** What people said about waves, which are counted from 0. */
  readonly approvals: readonly PageApproval[];
  readonly notFound: readonly string[];
  readonly home: Home;
  /** Keys of the tables of all nodes, and of what else was written about the dispatch, in the results bucket. */
  readonly tables: readonly string[];
  readonly others: readonly string[];
}

export interface PageApproval {
  readonly wave: number;
  readonly approved: boolean;
  readonly by: string;
  readonly at: string;
  readonly reason?: string | undefined;
}

export interface PageWave {
  readonly size: string;
  readonly nodes: number;
  readonly sent: boolean;
  readonly counts: Counts;
  /** When the first of its nodes began and the last one ended, where any did. */
  readonly startedAt?: string;
  readonly endedAt?: string;
}

export interface PageShard {
  readonly account: string;
  readonly region: string;
  readonly counts: Counts;
  /** Why it could not be read. */
  readonly skipped?: Reason;
}

export interface PageStream {
  readonly bytes: number;
  readonly sha256: string;
  readonly truncated: boolean;
  readonly text?: string;
  /** Where the whole lies when it is not here. */
  readonly key?: string;
}

/** How it ended, shared by all nodes that ended alike. */
export interface PageEnding {
  readonly outcome: Outcome;
  readonly exitCode?: number;
  readonly statusDetails?: string;
  readonly reason?: Reason;
  readonly stdout?: PageStream;
  readonly stderr?: PageStream;
  /** All nodes that ended so, listed or not. */
  readonly nodes: number;
}

/** A node. Times are milliseconds: since the dispatch began, and how long it took. */
export type PageRow = readonly [
  shard: number,
  node: string,
  name: string | null,
  /** -1 for a node that no wave held. */
  wave: number,
  ending: number,
  began: number | null,
  took: number | null,
  /** What was fetched from it. */
  file?: PageFile,
];

export interface PageFile {
  readonly bytes: number;
  readonly sha256: string;
  readonly key: string;
}

/** Upper bounds of the bars of the histogram, in ms. */
export const DURATIONS = [
  500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
  14_400_000,
] as const;
