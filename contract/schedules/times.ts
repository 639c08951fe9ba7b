/** When a schedule is due: the same arithmetic for the command line and for the embedded AWS. */
import type { Cron } from './cron.ts';
import type { Expression } from './expression.ts';
import { localTimeAt, momentOf } from './zone.ts';

export interface Timetable {
  readonly expression: Expression;
  /** IANA, e.g. `Europe/Helsinki`. */
  readonly zone: string;
  /** Since when a rate runs: its start, or its creation (ms since the epoch). */
  readonly from: number;
  /** Not after that. */
  readonly until?: number;
}

/** The first time after `after` (ms since the epoch) at which it is due; `undefined` when there is none. */
export function nextTime(timetable: Timetable, after: number): number | undefined {
  const { from, until = Infinity } = timetable;
  // What is due at the start itself counts.
  const next = nextOf(timetable, Math.max(after, from - 1));
  return next !== undefined && next <= until ? next : undefined;
}

function nextOf({ expression, zone, from }: Timetable, after: number): number | undefined {
  if (expression.kind === 'rate') {
    const { everyMs } = expression;
    return from + Math.max(0, Math.floor((after - from) / everyMs) + 1) * everyMs;
  }
  if (expression.kind === 'at') {
    const at = momentOf(expression.local, zone);
    return at !== undefined && at > after ? at : undefined;
  }
  return nextCron(expression.cron, zone, after);
}

function nextCron(cron: Cron, zone: string, after: number): number | undefined {
  const start = localTimeAt(after, zone);
  const last = Math.max(...cron.years);
  const hours = [...cron.hours].toSorted((a, b) => a - b);
  const minutes = [...cron.minutes].toSorted((a, b) => a - b);
  for (
    let date = new Date(Date.UTC(start.year, start.month - 1, start.day));
    date.getUTCFullYear() <= last;
    date = following(cron, date)
  ) {
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    if (!cron.years.has(year) || !cron.months.has(month) || !cron.isDay(year, month, day)) continue;
    // A local time that the clocks jump over is left out; one that comes twice counts once.
    const moments = hours.flatMap((hour) =>
      minutes.flatMap((minute) => {
        const at = momentOf({ year, month, day, hour, minute, second: 0 }, zone);
        return at !== undefined && at > after ? [at] : [];
      }),
    );
    if (moments.length > 0) return Math.min(...moments);
  }
  return undefined;
}

/** The next day; the first of the next month or year where this one is not meant. */
function following(cron: Cron, date: Date): Date {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (!cron.years.has(year)) return new Date(Date.UTC(year + 1, 0, 1));
  if (!cron.months.has(month + 1)) return new Date(Date.UTC(year, month + 1, 1));
  return new Date(Date.UTC(year, month, day + 1));
}

/** The next `count` times, for a person to see. */
export function nextTimes(timetable: Timetable, after: number, count: number): number[] {
  const times: number[] = [];
  for (let at = nextTime(timetable, after); at !== undefined && times.length < count;) {
    times.push(at);
    at = nextTime(timetable, at);
  }
  return times;
}
