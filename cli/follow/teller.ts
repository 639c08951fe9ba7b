/** What is known of a running dispatch → a terminal, a pipe, or a program. */
import type { Plan } from '../../contract/stored.ts';
import type { Cli } from '../command.ts';
import { planText } from '../show.ts';
import { type Question, questionFields, questionText } from '../waiting.ts';
import { failureLines, liveLines, plainLine } from './view.ts';
import type { WaveState } from './watch.ts';

/** Lines of progress in a pipe come no closer than this. */
const PIPE_MS = 5_000;
/** Failures that are shown while it runs; the report tells all. */
const MOST_FAILURES = 50;

export interface Teller {
  plan(plan: Plan): void;
  wave(state: WaveState, waves: number): void;
  /** What the dispatch waits for a person to say; told once. */
  question(id: string, question: Question): void;
}

export function teller({
  terminal,
  json,
  print,
}: Pick<Cli, 'terminal' | 'json' | 'print'>): Teller {
  const told = new Set<string>();
  const asked = new Set<string>();
  let last = '';
  let lastAt = 0;
  const event = (value: object) => print(JSON.stringify(value));

  const tellFailures = ({ wave, groups }: WaveState): void => {
    for (const failure of [...groups.values()].flatMap((group) => group.failures)) {
      const key = `${wave} ${failure.account} ${failure.region} ${failure.node}`;
      if (told.has(key) || told.size >= MOST_FAILURES) continue;
      told.add(key);
      if (json()) event({ event: 'failure', wave: wave + 1, ...failure });
      else for (const line of failureLines(failure)) print(line);
      if (told.size === MOST_FAILURES && !json()) print('… further failures: see the report');
    }
  };

  return {
    plan(plan) {
      if (json()) event({ event: 'plan', plan });
      else print(planText(plan));
    },
    question(id, question) {
      if (asked.has(question.token)) return;
      asked.add(question.token);
      if (json()) event({ event: 'waiting', ...questionFields(question) });
      else print(questionText(id, question));
    },
    wave(state, waves) {
      tellFailures(state);
      const line = plainLine(state, waves);
      if (terminal.live && !json()) {
        terminal.draw(state.over ? [] : liveLines(state, waves, Date.now()));
        if (state.over) print(line);
        return;
      }
      // That a wave is over is an event of its own; the same line twice is none.
      const now = json() ? `${line} ${state.over}` : line;
      if (now === last || (!state.over && Date.now() - lastAt < PIPE_MS)) return;
      last = now;
      lastAt = Date.now();
      if (json()) event(progressOf(state));
      else print(line);
    },
  };
}

const progressOf = ({ wave, nodes, over, groups }: WaveState) => ({
  event: 'progress',
  wave: wave + 1,
  nodes,
  over,
  groups: [...groups].map(([group, { failures: _f, startedAt: _s, shards: _a, ...state }]) => ({
    group,
    ...state,
  })),
});
