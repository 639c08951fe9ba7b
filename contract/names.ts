/**
 * Names that two sides must agree on: the stacks that create a thing and the code that uses it.
 */

/** Path of every role that may dispatch; the spokes' trust policies match it (aws:PrincipalArn). */
export const DISPATCHER_PATH = '/fleetwide/dispatcher/';
/** Path of the hub's roles that enter no spoke: no spoke's trust policy matches it. */
export const HUB_PATH = '/fleetwide/hub/';
export const SPOKE_PATH = '/fleetwide/';
export const DISPATCH_ROLE = 'fleetwide-dispatch';
export const NODE_ROLE = 'fleetwide-node';
/** Role that Systems Manager hands to instances by Default Host Management. */
export const HOST_ROLE = 'fleetwide-default-host';
export const STATE_MACHINE = 'fleetwide-dispatch';
export const SCHEDULE_GROUP = 'fleetwide';
/** What Scheduler starts dispatches as. */
export const SCHEDULER_ROLE = 'fleetwide-scheduler';
/** Where people are told; and where goes what could not be delivered. */
export const TOPIC = 'fleetwide-notifications';
export const DEAD_LETTERS = 'fleetwide-dead-letters';
export const NOTIFY_RULE = 'fleetwide-notify';
export const RECALL_MACHINE = 'fleetwide-recall';
/** Starts a recall whenever a dispatch ends badly. */
export const RECALL_RULE = 'fleetwide-recall';

/** What `fleetwide doctor` starts. */
export const DOCTOR_MACHINE = 'fleetwide-doctor';

/** The steps of the dispatch. */
export const DISPATCH_STEPS = [
  'admit',
  'discover',
  'freeze',
  'ready',
  'ask',
  'send',
  'poll',
  'collect',
  'gate',
  'report',
] as const;
/** The steps of the recall; it ends with the same report. */
export const RECALL_STEPS = ['revoke', 'cancel', 'report'] as const;
/** Doctor is no step of a dispatch: it looks before there is one. */
export const STEPS = [...DISPATCH_STEPS, 'revoke', 'cancel', 'doctor'] as const;
export type Step = (typeof STEPS)[number];

export const functionName = (step: Step): string => `fleetwide-${step}`;
export const resultsBucketName = (hub: string, region: string): string =>
  `fleetwide-results-${hub}-${region}`;
export const exchangeBucketName = (hub: string, region: string): string =>
  `fleetwide-exchange-${hub}-${region}`;
/** In every Region of a spoke: what commands say, where the request asks for it. */
export const COMMAND_LOG_GROUP = '/fleetwide/commands';
/** Where the agents of an account put the output of a dispatch, in the exchange bucket of their Region. */
export const uploadPrefix = (account: string, dispatch: string): string =>
  `output/${account}/${dispatch}`;
/** What an account may write to of an exchange bucket, and what all may read. */
export const exchangeKeys = {
  artifacts: 'artifacts/*',
  outputOf: (account: string) => `output/${account}/*`,
} as const;
export const dispatchRoleArn = (
  partition: string,
  account: string,
  role: string = DISPATCH_ROLE,
): string => `arn:${partition}:iam::${account}:role${SPOKE_PATH}${role}`;

/** Keys in the results bucket (DESIGN.md section 4). */
const root = (id: string) => `dispatches/${id}`;
export const keys = {
  root,
  request: (id: string) => `${root(id)}/request.json`,
  accounts: (id: string) => `${root(id)}/accounts.json`,
  groups: (id: string) => `${root(id)}/groups.json`,
  group: (id: string, n: number) => `${root(id)}/groups/${n}.json`,
  inventory: (id: string, account: string, region: string) =>
    `${root(id)}/inventory/${account}/${region}.jsonl`,
  /** What a group came to: its shards, and how many nodes each has. */
  found: (id: string, group: number) => `${root(id)}/inventory/found-${group}.json`,
  approval: (id: string, wave: number | string) => `${root(id)}/approvals/${wave}.json`,
  /** Why a start was dropped. */
  dropped: (id: string) => `${root(id)}/dropped.json`,
  /** Which start came first; encoded, since S3 shows and IAM reads it. */
  dedupe: (key: string) => `dedupe/${encodeURIComponent(key)}.json`,
  plan: (id: string) => `${root(id)}/plan.json`,
  skipped: (id: string) => `${root(id)}/skipped.jsonl`,
  wave: (id: string, wave: number | string) => `${root(id)}/waves/${wave}.json`,
  slice: (id: string, wave: number, group: number) => `${root(id)}/waves/${wave}/${group}.json`,
  intent: (id: string, wave: number, account: string, region: string, batch: string) =>
    `${root(id)}/intents/${wave}/${account}/${region}/${batch}.json`,
  progress: (id: string, wave: number, group: number) =>
    `${root(id)}/progress/${wave}/${group}.json`,
  /** Rows of a shard that takes more than one call to collect; they become its result. */
  collected: (id: string, wave: number, account: string, region: string, part: string) =>
    `${root(id)}/progress/collected/${wave}/${account}/${region}/${part}.jsonl`,
  result: (id: string, wave: number, account: string, region: string) =>
    `${root(id)}/results/${wave}/${account}/${region}.jsonl`,
  /** All intents, and all results: what a prefix lists. */
  intents: (id: string) => `${root(id)}/intents/`,
  intentsOf: (id: string, wave: number, account: string, region: string) =>
    `${root(id)}/intents/${wave}/${account}/${region}/`,
  results: (id: string) => `${root(id)}/results/`,
  /** Once this is there nothing is sent any more in the lives that it names. */
  revoked: (id: string) => `${root(id)}/recall/revoked.json`,
  /** There when a person ended the dispatch: it holds for every life. */
  ended: (id: string) => `${root(id)}/recall/ended.json`,
  /** Which recall of a life is at work: one at a time. */
  recalling: (id: string, life: number) => `${root(id)}/recall/running-${life}.json`,
  /** What may have been sent before; the array that the recall's map reads. One per life. */
  claims: (id: string, life: number | string) => `${root(id)}/claims/${life}.json`,
  /** How it ended where the recall of a life looked; a redrive may find out more. */
  recallResult: (id: string, life: number, wave: number, account: string, region: string) =>
    `${root(id)}/recalled/${life}/${wave}/${account}/${region}.jsonl`,
  recallResults: (id: string, life: number) => `${root(id)}/recalled/${life}/`,
  /** How far a recall is in a shard that takes more than one call to read, and the rows that it has. */
  recallRead: (id: string, life: number, wave: number, account: string, region: string) =>
    `${root(id)}/recalled/parts/${life}/${wave}/${account}/${region}.json`,
  recallPart: (
    id: string,
    life: number,
    wave: number,
    account: string,
    region: string,
    part: string,
  ) => `${root(id)}/recalled/parts/${life}/${wave}/${account}/${region}/${part}.jsonl`,
  output: (
    id: string,
    account: string,
    region: string,
    node: string,
    stream: 'stdout' | 'stderr',
  ) => `${root(id)}/output/${account}/${region}/${node}/${stream}`,
  /** What the others get of the node that had it: there once it lies in the exchange buckets. */
  source: (id: string) => `${root(id)}/source.json`,
  /** What a node was asked for, beside its output. */
  file: (id: string, account: string, region: string, node: string, name: string) =>
    `${root(id)}/output/${account}/${region}/${node}/files/${name}`,
  mapRun: (id: string, name: string) => `${root(id)}/maps/${name}`,
  report: (id: string, extension: 'html' | 'json' | 'jsonl' | 'csv' | 'xml') =>
    `${root(id)}/report.${extension}`,
};

/** Key in the results bucket of a list of accounts, which dispatches may name. */
export const accountListKey = (name: string): string => `lists/${name}.json`;

/**
 * SendCommand's Comment (at most 100 characters): by it a command is found again whose reply was lost.
 * 10 + 64 + 3 × 7 at most.
 */
export interface BatchName {
  readonly dispatch: string;
  readonly wave: number;
  readonly group: number;
  /** Number of the batch in its shard and wave; `3r1` is what was left of batch 3 when it was sent again. */
  readonly batch: string;
}

export const commentOf = (b: BatchName): string =>
  `fleetwide/${b.dispatch}/${b.wave}/${b.group}/${b.batch}`;

/** The inverse of `keys.intent`, `keys.result` and `keys.recallResult`; undefined for any other key. */
export function shardOfKey(
  key: string,
): { wave: number; account: string; region: string; batch: string } | undefined {
  const m =
    /\/(?:intents|results|recalled\/\d+)\/(\d+)\/(\d{12})\/([a-z0-9-]+)(?:\/(\d+(?:r\d+)?)\.json|\.jsonl)$/.exec(
      key,
    );
  if (!m?.[2] || !m[3]) return undefined;
  return { wave: Number(m[1]), account: m[2], region: m[3], batch: m[4] ?? '' };
}

export function batchOf(comment: string | undefined): BatchName | undefined {
  const m = /^fleetwide\/([A-Za-z0-9_-]{2,64})\/(\d+)\/(\d+)\/(\d+(?:r\d+)?)$/.exec(comment ?? '');
  if (!m?.[1] || !m[4]) return undefined;
  return { dispatch: m[1], wave: Number(m[2]), group: Number(m[3]), batch: m[4] };
}

/** Stands for the account and Region in the rows of an automation; `automation-2`: its second 50 nodes. */
export const automationNode = (n: number): string =>
  n === 0 ? 'automation' : `automation-${n + 1}`;

export const roleArn = (partition: string, account: string, role: string): string =>
  `arn:${partition}:iam::${account}:role/${role}`;

/** Most node ids that one SendCommand takes (aws-sdk SendCommand model). */
export const BATCH = 50;

/** Key in an exchange bucket: content-addressed, so it never changes. */
export const artifactKey = (sha256: string, name: string): string => `artifacts/${sha256}/${name}`;

/** Key in the results bucket of what the command line uploads before a dispatch: content-addressed, too. */
export const uploadKey = (sha256: string, name: string): string => `uploads/${sha256}/${name}`;
