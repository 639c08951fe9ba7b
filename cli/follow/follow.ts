/** Follows a dispatch from its start to its end: what is known is shown, failures as they happen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '../../contract/names.ts';
import { Dropped, Plan, StoredRequest } from '../../contract/stored.ts';
import { Report } from '../../report/report.ts';
import { cancelled } from '../cancelled.ts';
import type { Cli } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { Execution, Hub } from '../hub.ts';
import { droppedText, reportText } from '../show.ts';
import { jsonOf } from '../text.ts';
import { pauseOf, questionOf } from '../waiting.ts';
import { broken } from './broken.ts';
import { teller } from './teller.ts';
import { type WaveState, watch } from './watch.ts';

/** The longer it takes, the rarer it is looked at. */
const SHORTEST_MS = 700;
const LONGEST_MS = 5_000;
const SHARE = 20;

export type Follower = Pick<Cli, 'terminal' | 'json' | 'print' | 'show'>;

export interface Following {
  /** The plan was shown already. */
  readonly planShown?: boolean;
}

export async function follow(
  cli: Follower,
  hub: Hub,
  id: string,
  { planShown = false }: Following = {},
): Promise<Exit> {
  let interrupt = new AbortController();
  const ignore = cli.terminal.onInterrupt(() => interrupt.abort());
  try {
    const looking = looker(cli, hub, id, planShown);
    const started = Date.now();
    for (;;) {
      const execution = await looking();
      if (execution.status !== 'RUNNING') {
        cli.terminal.draw([]);
        return await ended(cli, hub, id, execution);
      }
      const { signal } = interrupt;
      const pause = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (Date.now() - started) / SHARE));
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) continue;
      cli.terminal.draw([]);
      const wish = await wishOf(cli, id);
      if (wish === 'cancel') return await cancelled(cli, hub, id);
      if (wish === 'detach') return detached(cli, id);
      interrupt = new AbortController();
    }
  } finally {
    ignore();
  }
}

function looker(cli: Follower, hub: Hub, id: string, planShown: boolean): () => Promise<Execution> {
  const watching = watch(hub, id);
  const tell = teller(cli);
  let plan: Plan | undefined;
  let stored: StoredRequest | undefined;
  let last: WaveState | undefined;
  return async () => {
    // The status first: what is read after it belongs to it, or is newer.
    const execution = await hub.execution(id);
    if (!plan) {
      plan = await hub.find(Plan, keys.plan(id));
      if (plan) stored = await hub.find(StoredRequest, keys.request(id));
      if (plan && stored && !planShown) tell.plan(plan, stored);
    }
    if (!plan || !stored) return execution;
    for (const state of await watching.look(plan)) {
      tell.wave(state, plan.waves.length);
      last = state;
    }
    const question = await questionOf(hub, id, plan);
    const pause = pauseOf(stored.request, plan.waves.length, last, Date.now());
    if (question) tell.question(id, question);
    else if (pause) tell.pause(pause);
    return execution;
  };
}

/** What a person means with Ctrl-C. Where nobody can be asked, the dispatch is not touched. */
async function wishOf(
  { terminal, json }: Follower,
  id: string,
): Promise<'cancel' | 'detach' | 'go on'> {
  if (!terminal.interactive || json()) return 'detach';
  for (;;) {
    const answer = await terminal.ask(
      `\n${id} goes on. Detach (d), cancel it on all nodes (c), or follow on (Enter)? `,
    );
    if (answer === undefined || /^d(etach)?$/i.test(answer.trim())) return 'detach';
    if (/^c(ancel)?$/i.test(answer.trim())) return 'cancel';
    if (answer.trim() === '') return 'go on';
  }
}

function detached({ terminal }: Follower, id: string): Exit {
  terminal.complain(
    `Nobody follows ${id} any more; it goes on.\n  fleetwide status ${id}\n  fleetwide cancel ${id}`,
  );
  return EXIT.interrupted;
}

async function ended(
  { json, print }: Follower,
  hub: Hub,
  id: string,
  execution: Execution,
): Promise<Exit> {
  const dropped = await hub.find(Dropped, keys.dropped(id));
  if (dropped) {
    if (json()) print(jsonOf({ event: 'dropped', ...dropped }));
    else print(droppedText(dropped));
    return EXIT.succeeded;
  }
  const key = keys.report(id, 'json');
  const report = await hub.find(Report, key);
  if (report) {
    if (json()) print(jsonOf({ event: 'report', report }));
    else print(reportText(report, hub.bucket, key));
    return report.succeeded ? EXIT.succeeded : EXIT.nodes;
  }
  if (execution.status !== 'SUCCEEDED') throw broken(id, execution);
  if (!json()) print(`Planned; nothing was sent. Plan: s3://${hub.bucket}/${keys.plan(id)}`);
  return EXIT.succeeded;
}
