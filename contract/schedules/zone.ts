/** Local times of IANA time zones, from what the runtime knows of them (Intl). */
import type { LocalTime } from './expression.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}

export function isTimeZone(zone: string): boolean {
  try {
    // An offset like +02:00 is taken by Intl, not by Scheduler.
    return /^[A-Za-z]/.test(zone) && formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

export function localTimeAt(ms: number, zone: string): LocalTime {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

const asUtc = ({ year, month, day, hour, minute, second }: LocalTime): number =>
  Date.UTC(year, month - 1, day, hour, minute, second);

const DAY_MS = 86_400_000;

/**
 * The moment of a local time; `undefined` where the clocks jump over it. Where they go back and it comes
 * twice: the first.
 */
export function momentOf(local: LocalTime, zone: string): number | undefined {
  const wanted = asUtc(local);
  // The offsets a day before and after are those on both sides of a change.
  const offsets = [wanted - DAY_MS, wanted + DAY_MS].map((at) => asUtc(localTimeAt(at, zone)) - at);
  const fits = offsets
    .map((offset) => wanted - offset)
    .filter((at) => asUtc(localTimeAt(at, zone)) === wanted);
  return fits.length > 0 ? Math.min(...fits) : undefined;
}
