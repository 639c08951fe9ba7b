/**
 * Cron as EventBridge Scheduler reads it: minutes, hours, day of month, month, day of week, year. Source: its
 * User Guide, "Schedule types in EventBridge Scheduler". No library: those that know L, W and # count the days
 * of the week from 0, take both day fields at once and have no year.
 */

/** Which local times it names. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Whether it is a day of that month; months count from 1. */
  readonly isDay: (year: number, month: number, day: number) => boolean;
}

/** What is wrong with an expression: its part, and the remedy. */
export class ExpressionProblem extends Error {
  override readonly name = 'ExpressionProblem';
  readonly remedy: string;
  constructor(what: string, remedy: string) {
    super(what);
    this.remedy = remedy;
  }
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

const MINUTES: Field = { name: 'minutes', min: 0, max: 59 };
const HOURS: Field = { name: 'hours', min: 0, max: 23 };
const DAYS: Field = { name: 'day of month', min: 1, max: 31 };
const MONTH: Field = { name: 'month', min: 1, max: 12, words: MONTHS };
const WEEKDAY: Field = { name: 'day of week', min: 1, max: 7, words: WEEKDAYS };
const YEARS: Field = { name: 'year', min: 1970, max: 2199 };

export function parseCron(text: string): Cron {
  const parts = text.trim().split(/\s+/);
  const [minutes = '', hours = '', days = '', month = '', weekdays = '', years = ''] = parts;
  if (parts.length !== 6)
    throw new ExpressionProblem(
      `cron(${text}) has ${parts.length} fields, not 6`,
      'Write minutes, hours, day of month, month, day of week, year: cron(0 3 ? * SUN *)',
    );
  if ((days === '?') === (weekdays === '?'))
    throw new ExpressionProblem(
      `cron(${text}) ${days === '?' ? 'names no day' : 'names days in both fields'}`,
      'Put ? into exactly one of day of month and day of week',
    );
  return {
    minutes: valuesOf(MINUTES, minutes),
    hours: valuesOf(HOURS, hours),
    months: valuesOf(MONTH, month),
    years: valuesOf(YEARS, years),
    isDay: days === '?' ? weekdayRule(weekdays) : dayRule(days),
  };
}

const lastOf = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();
/** 1 is Sunday. */
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** Numbers, `L` (the last day) and `15W` (the working day nearest to the 15th, in the same month). */
function dayRule(text: string): Cron['isDay'] {
  if (text === 'L') return (year, month, day) => day === lastOf(year, month);
  const nearest = /^(\d{1,2})W$/.exec(text)?.[1];
  if (nearest === undefined) {
    const days = valuesOf(DAYS, text);
    return (_, __, day) => days.has(day);
  }
  const wanted = numberOf(DAYS, nearest);
  return (year, month, day) => day === workingDay(year, month, wanted);
}

function workingDay(year: number, month: number, wanted: number): number | undefined {
  const last = lastOf(year, month);
  if (wanted > last) return undefined;
  const weekday = weekdayOf(year, month, wanted);
  if (weekday === 7) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (weekday === 1) return wanted < last ? wanted + 1 : wanted - 2;
  return wanted;
}

/** Days, `5L` (the last Thursday), `3#2` (the second Tuesday), `L` (Saturday). */
function weekdayRule(text: string): Cron['isDay'] {
  const last = /^([A-Z]{3}|\d)L$/i.exec(text)?.[1];
  if (last !== undefined) {
    const wanted = numberOf(WEEKDAY, last);
    return (year, month, day) =>
      weekdayOf(year, month, day) === wanted && day > lastOf(year, month) - 7;
  }
  const [, name, nth] = /^([A-Z]{3}|\d)#([1-5])$/i.exec(text) ?? [];
  if (name !== undefined && nth !== undefined) {
    const wanted = numberOf(WEEKDAY, name);
    return (year, month, day) =>
      weekdayOf(year, month, day) === wanted && Math.ceil(day / 7) === Number(nth);
  }
  const days = text === 'L' ? new Set([7]) : valuesOf(WEEKDAY, text);
  return (year, month, day) => days.has(weekdayOf(year, month, day));
}

/** `*`, `5`, `1-5`, `0/15`, `10-40/10`, and lists of them. */
function valuesOf(field: Field, text: string): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/');
    const [from = '', to] = range.split('-');
    const first = range === '*' ? field.min : numberOf(field, from);
    const open = range === '*' || (step !== undefined && to === undefined);
    const last = to === undefined ? (open ? field.max : first) : numberOf(field, to);
    const by = step === undefined ? 1 : Number(step);
    if (!Number.isInteger(by) || by < 1)
      throw new ExpressionProblem(`${field.name} ${part}: no step`, 'Write it like 0/15');
    if (last < first && field !== WEEKDAY)
      throw new ExpressionProblem(`${field.name} ${part} ends before it begins`, 'Turn it round');
    // A range of days may go over the end of the week: FRI-MON.
    const end = last < first ? last + field.max : last;
    for (let n = first; n <= end; n += by)
      values.add(field === WEEKDAY ? ((n - 1) % field.max) + 1 : n);
  }
  return values;
}

function numberOf({ name, min, max, words }: Field, text: string): number {
  const word = words?.indexOf(text.toUpperCase()) ?? -1;
  const value = word >= 0 ? word + min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new ExpressionProblem(
    `${name} "${text}" is none`,
    `Give ${min} to ${max}${words ? `, or ${words[0]} to ${words.at(-1)}` : ''}`,
  );
}
