/** What a schedule's expression says: cron(…), rate(…) or at(…), as EventBridge Scheduler reads them. */
import { type Cron, ExpressionProblem, parseCron } from './cron.ts';

export type Expression =
  | { readonly kind: 'cron'; readonly cron: Cron }
  | { readonly kind: 'rate'; readonly everyMs: number }
  /** Local time in the schedule's time zone. */
  | { readonly kind: 'at'; readonly local: LocalTime };

export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const UNITS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  /** 24 hours, whatever the clocks do (Scheduler User Guide, "Daylight savings time"). */
  day: 86_400_000,
};

/** Throws {@link ExpressionProblem}. */
export function parseExpression(text: string): Expression {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'cron') return { kind, cron: parseCron(inner) };
  if (kind === 'rate') return { kind, everyMs: everyMs(inner) };
  if (kind === 'at') return { kind, local: localTime(inner) };
  throw new ExpressionProblem(
    `"${text}" is no schedule expression`,
    'Write cron(0 3 ? * SUN *), rate(12 hours) or at(2027-01-31T03:00:00)',
  );
}

function everyMs(text: string): number {
  const [, value, unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(text) ?? [];
  const ms = Number(value) * (UNITS[unit] ?? Number.NaN);
  if (Number.isSafeInteger(ms)) return ms;
  throw new ExpressionProblem(
    `rate(${text}) is no rate`,
    'Write a whole number and minutes, hours or days: rate(12 hours)',
  );
}

function localTime(text: string): LocalTime {
  const fields = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(text)?.slice(1).map(Number);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields ?? [];
  const there = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (fields && there.toISOString().slice(0, 19) === text)
    return { year, month, day, hour, minute, second };
  throw new ExpressionProblem(
    `at(${text}) is no time`,
    'Write year-month-dayThour:minute:second without an offset: at(2027-01-31T03:00:00)',
  );
}
