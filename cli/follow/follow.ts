/** Follows a dispatch from its start to its end: what is known is shown, failures as they happen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '../../contract/names.ts';
import { Dropped, Plan } from '../../contract/stored.ts';
import { Report } from '../../report/report.ts';
import type { Cli } from '../command.ts';
import { CliError, EXIT, type Exit } from '../exit.ts';
import type { Execution, Hub } from '../hub.ts';
import { planText, reportText } from '../show.ts';
import { failureLines, liveLines, plainLine } from './view.ts';
import { type WaveState, watch } from './watch.ts';

/** The longer it takes, the rarer it is looked at. */
const SHORTEST_MS = 700;
const LONGEST_MS = 5_000;
const SHARE = 20;
/** Lines of progress in a pipe come no closer than this. */
const PIPE_MS = 5_000;
/** Failures that are shown while it runs; the report tells all. */
const MOST_FAILURES = 50;

export interface Following {
  /** The plan was shown already. */
  readonly planShown?: boolean;
}

export async function follow(
  cli: Pick<Cli, 'terminal' | 'json' | 'print'>,
  hub: Hub,
  id: string,
  { planShown = false }: Following = {},
): Promise<Exit> {
  const started = Date.now();
  const watching = watch(hub, id);
  const tell = teller(cli);
  let plan: Plan | undefined;
  for (;;) {
    // The status first: what is read after it belongs to it, or is newer.
    const execution = await hub.execution(id);
    if (!plan) {
      plan = await hub.find(Plan, keys.plan(id));
      if (plan && !planShown) tell.plan(plan);
    }
    if (plan) for (const state of await watching.look(plan)) tell.wave(state, plan.waves.length);
    if (execution.status !== 'RUNNING') {
      tell.done();
      return ended(cli, hub, id, execution);
    }
    await sleep(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (Date.now() - started) / SHARE)));
  }
}

interface Teller {
  plan(plan: Plan): void;
  wave(state: WaveState, waves: number): void;
  done(): void;
}

function teller({ terminal, json, print }: Pick<Cli, 'terminal' | 'json' | 'print'>): Teller {
  const told = new Set<string>();
  let last = '';
  let lastAt = 0;
  const event = (value: object) => print(JSON.stringify(value));
  return {
    plan(plan) {
      if (json()) event({ event: 'plan', plan });
      else print(planText(plan));
    },
    wave(state, waves) {
      for (const failure of [...state.groups.values()].flatMap((group) => group.failures)) {
        const key = `${state.wave} ${failure.account} ${failure.region} ${failure.node}`;
        if (told.has(key) || told.size >= MOST_FAILURES) continue;
        told.add(key);
        if (json()) event({ event: 'failure', wave: state.wave + 1, ...failure });
        else for (const line of failureLines(failure)) print(line);
        if (told.size === MOST_FAILURES && !json()) print('… further failures: see the report');
      }
      const line = plainLine(state, waves);
      if (terminal.live && !json()) {
        terminal.draw(state.over ? [] : liveLines(state, waves, Date.now()));
        if (state.over) print(line);
        return;
      }
      if (line === last || (!state.over && Date.now() - lastAt < PIPE_MS)) return;
      last = line;
      lastAt = Date.now();
      if (json()) event(progressEvent(state));
      else print(line);
    },
    done: () => terminal.draw([]),
  };
}

const progressEvent = ({ wave, nodes, over, groups }: WaveState) => ({
  event: 'progress',
  wave: wave + 1,
  nodes,
  over,
  groups: [...groups].map(([group, { failures: _told, startedAt: _since, ...state }]) => ({
    group,
    ...state,
  })),
});

async function ended(
  { json, print }: Pick<Cli, 'json' | 'print'>,
  hub: Hub,
  id: string,
  { status, error, cause }: Execution,
): Promise<Exit> {
  const dropped = await hub.find(Dropped, keys.dropped(id));
  if (dropped) {
    if (json()) print(JSON.stringify({ event: 'dropped', ...dropped }));
    else print(`Dropped: duplicate of ${dropped.duplicateOf}; nothing was sent`);
    return EXIT.succeeded;
  }
  const key = keys.report(id, 'json');
  const report = await hub.find(Report, key);
  if (report) {
    if (json()) print(JSON.stringify({ event: 'report', report }));
    else print(reportText(report, hub.bucket, key));
    return report.succeeded ? EXIT.succeeded : EXIT.nodes;
  }
  if (status === 'SUCCEEDED') {
    if (!json()) print(`Planned; nothing was sent. Plan: s3://${hub.bucket}/${keys.plan(id)}`);
    return EXIT.succeeded;
  }
  throw new CliError(
    `dispatch ${id} ${status}: ${error}\n${causeText(cause)}`,
    error === 'InvalidRequest' ? EXIT.request : EXIT.broken,
  );
}

/** A Lambda's cause is JSON with the message in it. */
export function causeText(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed)
      return String(parsed.errorMessage);
  } catch {
    // Not JSON: the text itself.
  }
  return cause;
}
