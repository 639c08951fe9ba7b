/** One dispatch to a fleet of virtual nodes on the embedded AWS, on virtual time, and all that is counted of it. */
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { keys } from '../../contract/names.ts';
import { Row } from '../../contract/stored.ts';
import type { Counted } from './counted.ts';
import { kept } from './kept.ts';
import { peaksOf } from './peaks.ts';
import globalSetup from '../../test/workflow/support/globalSetup.ts';
import { BUCKET, makeWorld, type World } from '../../test/workflow/support/world.ts';

export interface Size {
  readonly accounts: number;
  readonly regions: number;
  /** In each account and Region. */
  readonly nodes: number;
  /** That each node says; absent: a word. */
  readonly characters?: number;
}

/** The sizes that the figures are about; the last is the largest. */
export const SIZES: readonly Size[] = [
  { accounts: 10, regions: 5, nodes: 2_000 },
  { accounts: 100, regions: 2, nodes: 50 },
  { accounts: 1_000, regions: 3, nodes: 40 },
  { accounts: 5_000, regions: 4, nodes: 20 },
];

/** Of the same form and small: for a first look, and for what runs with every change. */
export const SMALL: readonly Size[] = [
  { accounts: 1, regions: 2, nodes: 500 },
  { accounts: 10, regions: 2, nodes: 50 },
  { accounts: 20, regions: 3, nodes: 40 },
  { accounts: 20, regions: 4, nodes: 20 },
];

const REGIONS = ['eu-west-1', 'us-east-1', 'eu-central-1', 'ap-southeast-2', 'us-west-2'];
const accountId = (n: number): string => String(700_000_000_000 + n);

export const nameOf = ({ accounts, regions, nodes }: Size): string =>
  `${accounts.toLocaleString('en')} × ${regions} × ${nodes.toLocaleString('en')}`;
export const nodesOf = ({ accounts, regions, nodes }: Size): number => accounts * regions * nodes;
export const shardsOf = ({ accounts, regions }: Size): number => accounts * regions;

export interface Ready {
  readonly world: World;
  readonly request: object;
  /** The same for as many accounts as one child carries, and only planned. */
  readonly oneGroup: object;
}

const SHARDS_PER_GROUP = 100;

/** A world with the fleet in it, and a request for all of it. `seconds`: how long a node takes; nodes differ by ±1 %. */
export async function ready(size: Size, seconds: number): Promise<Ready> {
  await globalSetup();
  const accounts = Array.from({ length: size.accounts }, (_, i) => accountId(i));
  const regions = REGIONS.slice(0, size.regions);
  const world = await makeWorld({ spokes: accounts });
  let ran = 0;
  const said = size.characters === undefined ? 'done\n' : `${'x'.repeat(size.characters - 1)}\n`;
  const behaviour = () => ({
    delayMs: seconds * (990 + ((ran++ * 7) % 21)),
    stdout: said,
  });
  for (const account of accounts)
    for (const region of regions)
      for (let i = 0; i < size.nodes; i++) world.node({ account, region, behaviour });
  world.aws.ledger.reset();
  const request = {
    action: { type: 'command', linux: ['true'] },
    targets: { accounts, regions, allNodes: true },
    // The agent takes at most 48 h.
    timeouts: { executionSeconds: Math.min(172_800, Math.max(60, 2 * seconds)) },
  };
  const some = accounts.slice(0, Math.ceil(SHARDS_PER_GROUP / size.regions));
  const targets = { ...request.targets, accounts: some };
  return { world, request, oneGroup: { ...request, targets, mode: 'plan' } };
}

const known = new Map<string, Promise<Counted>>();

/** Counted once, however many questions ask; once for a state of the sources, however often the bench is run. */
export function counted(size: Size, seconds = 300): Promise<Counted> {
  const key = JSON.stringify([size, seconds]);
  const now = known.get(key) ?? kept(key, () => count(size, seconds));
  known.set(key, now);
  return now;
}

async function count(size: Size, seconds: number): Promise<Counted> {
  const { world, request, oneGroup } = await ready(size, seconds);
  try {
    const before = world.aws.states.transitions();
    const executionArn = await world.start('bench', request);
    const ended = await world.ended(executionArn);
    if (ended.status !== 'SUCCEEDED') throw new Error(`${ended.error}: ${ended.cause}`);
    const report = world.report('bench');
    if (report.matched !== nodesOf(size)) throw new Error(`matched ${report.matched}`);
    const calls = Object.fromEntries(
      Object.entries(world.aws.ledger.counts()).map(([operation, by]) => [
        operation,
        Object.values(by).reduce((sum, n) => sum + n, 0),
      ]),
    );
    const times = timesOf(world);
    // As Step Functions has it: what a function says of the time holds what it takes on this machine.
    const { startDate, stopDate } = await world.client.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    const start = startDate?.getTime() ?? NaN;
    const end = stopDate?.getTime() ?? NaN;
    const figures = {
      nodes: nodesOf(size),
      shards: shardsOf(size),
      calls,
      transitions: world.aws.states.transitions() - before,
      ...world.aws.states.stats(),
      invocations: calls['lambda:Invoke'] ?? 0,
      added: (end - start - (times.last - times.first)) / 1000,
      detection: (end - times.last) / 1000,
    };
    // Last: it calls the functions again.
    return {
      ...figures,
      peaks: await peaksOf(world, executionArn, oneGroup, seconds),
    };
  } finally {
    await world.close();
  }
}

/** First start and last end on the nodes, line by line: the rows of a large fleet do not fit as objects. */
function timesOf(world: World): { readonly first: number; readonly last: number } {
  const lines = world.aws.s3.read(BUCKET, keys.report('bench', 'jsonl')) ?? Buffer.alloc(0);
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (let at = 0; at < lines.length;) {
    const end = lines.indexOf(0x0a, at);
    const row = Row.parse(JSON.parse(lines.toString('utf-8', at, end)));
    first = Math.min(first, Date.parse(row.startedAt ?? ''));
    last = Math.max(last, Date.parse(row.endedAt ?? ''));
    at = end + 1;
  }
  return { first, last };
}

/** Calls of a kind: `ssm`, `sts`, `s3`. */
export const callsOf = ({ calls }: Counted, service: string): number =>
  Object.entries(calls)
    .filter(([operation]) => operation.startsWith(`${service}:`))
    .reduce((sum, [, n]) => sum + n, 0);
