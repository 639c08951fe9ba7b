/** What is known of a running dispatch → a terminal, a pipe, or a program. */
import type { Plan, StoredRequest } from '../../contract/stored.ts';
import type { Cli } from '../command.ts';
import { planText, whatText } from '../show.ts';
import { jsonOf } from '../text.ts';
import {
  type Pause,
  pauseFields,
  pauseText,
  type Question,
  questionFields,
  questionText,
} from '../waiting.ts';
import { failureLines, liveLines, plainLine } from './view.ts';
import type { WaveState } from './watch.ts';

/** Lines of progress in a pipe come no closer than this. */
const PIPE_MS = 5_000;
/** Failures that are shown while it runs; the report tells all. */
const MOST_FAILURES = 50;

export interface Teller {
  plan(plan: Plan, stored: StoredRequest): void;
  wave(state: WaveState, waves: number): void;
  /** What the dispatch waits for a person to say; told once. */
  question(id: string, question: Question): void;
  /** What the clock holds back; told once. */
  pause(pause: Pause): void;
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
  const event = (value: object) => print(jsonOf(value));

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
    plan(plan, stored) {
      if (json()) event({ event: 'plan', plan });
      else print(`${whatText(stored)}\n${planText(plan)}`);
    },
    question(id, question) {
      if (asked.has(question.token)) return;
      asked.add(question.token);
      if (json()) event({ event: 'waiting', ...questionFields(question) });
      else print(questionText(id, question));
    },
    pause(pause) {
      const key = `${pause.wave} ${pause.until}`;
      if (asked.has(key)) return;
      asked.add(key);
      if (json()) event({ event: 'pause', ...pauseFields(pause) });
      else print(pauseText(pause));
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
