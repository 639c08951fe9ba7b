/** A dispatch like any other, of a script that does nothing, through the exchange bucket. */
import pMap from 'p-map';
import type { ShardFacts } from '../../contract/doctor.ts';
import { keys } from '../../contract/names.ts';
import type { RequestInput } from '../../contract/request.ts';
import { Row as Result } from '../../contract/stored.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { causeText } from '../follow/broken.ts';
import type { Hub } from '../hub.ts';
import type { Row } from './remedies.ts';

type Candidate = NonNullable<ShardFacts['candidate']> & Pick<ShardFacts, 'account' | 'region'>;

const MS_BETWEEN_LOOKS = 1000;
/** Every id is looked for in every account and Region of its dispatch: one call each up to here. */
const NODES_OF_A_DISPATCH = 50;
const DISPATCHES_AT_ONCE = 4;

/** One node of each shard; a shard that is shut to its Region is told of elsewhere. */
export async function probe(
  hub: Hub,
  { name, requester }: { readonly name: string; readonly requester: string },
  shards: readonly ShardFacts[],
): Promise<readonly Row[]> {
  const candidates = shards.flatMap(({ account, region, candidate }) =>
    candidate ? [{ account, region, ...candidate }] : [],
  );
  const parts = [...Map.groupBy(candidates, ({ platform }) => platform).values()].flatMap(inParts);
  const probed = await pMap(parts, (part, n) => one(hub, `${name}-p${n}`, requester, part), {
    concurrency: DISPATCHES_AT_ONCE,
  });
  const idle = shards.filter(({ candidate, enabled }) => !candidate && enabled !== false);
  return [
    ...probed.flat(),
    ...idle.map(({ account, region }): Row => ({
      account,
      region,
      check: 'probe',
      state: 'warning',
      found: 'no node is online that a probe could be sent to',
      remedy: 'Start one, or leave the Region out',
    })),
  ];
}

function inParts(all: readonly Candidate[]): Candidate[][] {
  const parts: Candidate[][] = [];
  for (let i = 0; i < all.length; i += NODES_OF_A_DISPATCH)
    parts.push(all.slice(i, i + NODES_OF_A_DISPATCH));
  return parts;
}

async function one(
  hub: Hub,
  id: string,
  requester: string,
  candidates: readonly Candidate[],
): Promise<Row[]> {
  await hub.start(id, requestFor(candidates, requester));
  let ended = await hub.execution(id);
  while (ended.status === 'RUNNING') {
    await pause(MS_BETWEEN_LOOKS);
    ended = await hub.execution(id);
  }
  const results = await hub.lines(Result, keys.report(id, 'jsonl'));
  return candidates.map(({ account, region, node }): Row => {
    const row = { account, region, check: 'probe', nodes: [node] } as const;
    const result = results.find((each) => each.node === node && each.region === region);
    if (result?.outcome === 'succeeded')
      return { ...row, state: 'ok', found: `${node} fetched a script from S3 and ran it` };
    return {
      ...row,
      state: 'broken',
      ...(result
        ? {
            found: `${node} ended as ${result.outcome}: ${saidBy(result)}`,
            remedy: `Give it the permissions of fleetwide-node, and a way to the exchange bucket (docs/onboarding.md); all it said: fleetwide logs ${id}`,
          }
        : {
            found: `the probe was not sent: ${ended.error}: ${causeText(ended.cause)}`,
            remedy: `Look at fleetwide status ${id}`,
          }),
    };
  });
}

/** Each platform has its own kind of script. */
const requestFor = (candidates: readonly Candidate[], requester: string): RequestInput => ({
  action: {
    type: 'script',
    text: 'exit 0\n',
    name: candidates[0]?.platform === 'Windows' ? 'probe.ps1' : 'probe',
    delivery: 's3',
  },
  targets: {
    accounts: [...new Set(candidates.map(({ account }) => account))],
    regions: [...new Set(candidates.map(({ region }) => region))],
    instanceIds: candidates.map(({ node }) => node),
  },
  requester,
  timeouts: { deliverySeconds: 300, executionSeconds: 60 },
});

/** The last line of what tells most; the agent's own word after it repeats the exit code alone. */
function saidBy({ reason, stderr, stdout, statusDetails, status }: Result): string {
  const lines = [stdout, stderr].flatMap((stream) => (stream?.text ?? '').trim().split('\n'));
  const told = lines.findLast((line) => line !== '' && !line.startsWith('failed to run commands'));
  return told ?? reason?.message ?? statusDetails ?? status ?? 'it said nothing';
}
