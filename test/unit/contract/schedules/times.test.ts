import { describe, expect, it } from '@jest/globals';
import { parseExpression } from '../../../../contract/schedules/expression.ts';
import { nextTime, nextTimes } from '../../../../contract/schedules/times.ts';
import { isTimeZone } from '../../../../contract/schedules/zone.ts';

const times = (text: string, zone: string, after: string, count = 3): string[] =>
  nextTimes(
    { expression: parseExpression(text), zone, from: Date.parse(after) },
    Date.parse(after),
    count,
  ).map((at) => new Date(at).toISOString().slice(0, 16));

describe('a cron expression is due', () => {
  it.each([
    ['cron(0 3 ? * SUN *)', ['2026-11-29T03:00', '2026-12-06T03:00', '2026-12-13T03:00']],
    ['cron(0/20 8-9 ? * 2-6 *)', ['2026-11-27T08:00', '2026-11-27T08:20', '2026-11-27T08:40']],
    ['cron(15 10 L * ? *)', ['2026-11-30T10:15', '2026-12-31T10:15', '2027-01-31T10:15']],
    ['cron(0 6 15W * ? *)', ['2026-12-15T06:00', '2027-01-15T06:00', '2027-02-15T06:00']],
    ['cron(0 6 1W AUG ? 2026-2028)', ['2027-08-02T06:00', '2028-08-01T06:00']],
    ['cron(0 6 ? * 3#2 *)', ['2026-12-08T06:00', '2027-01-12T06:00', '2027-02-09T06:00']],
    ['cron(0 6 ? * TUEL *)', ['2026-12-29T06:00', '2027-01-26T06:00', '2027-02-23T06:00']],
    ['cron(30 1 ? 1,7 FRI-MON 2027)', ['2027-01-01T01:30', '2027-01-02T01:30', '2027-01-03T01:30']],
    ['cron(0 0 29 2 ? *)', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['cron(0 0 1 1 ? 2020)', []],
  ])('%s', (text, expected) => {
    expect(times(text, 'UTC', '2026-11-26T12:00:00Z')).toEqual(expected);
  });

  it('by the clock of its time zone', () => {
    expect(times('cron(0 3 ? * * *)', 'Asia/Kolkata', '2026-11-26T12:00:00Z', 1)).toEqual([
      '2026-11-26T21:30',
    ]);
  });

  it('not at a time that the clocks jump over', () => {
    expect(times('cron(30 2 ? * * *)', 'America/New_York', '2027-03-13T00:00:00Z')).toEqual([
      '2027-03-13T07:30',
      // The 14th has no 2:30.
      '2027-03-15T06:30',
      '2027-03-16T06:30',
    ]);
  });

  it('once when the clocks go back', () => {
    expect(times('cron(30 1 ? * * *)', 'America/New_York', '2027-11-07T00:00:00Z', 2)).toEqual([
      '2027-11-07T05:30',
      '2027-11-08T06:30',
    ]);
  });

  it('from its start on and not after its end', () => {
    const timetable = {
      expression: parseExpression('cron(0 12 ? * * *)'),
      zone: 'UTC',
      from: Date.parse('2026-12-01T12:00:00Z'),
      until: Date.parse('2026-12-02T12:00:00Z'),
    };
    expect(nextTime(timetable, 0)).toBe(Date.parse('2026-12-01T12:00:00Z'));
    expect(nextTime(timetable, Date.parse('2026-12-02T11:59:00Z'))).toBe(timetable.until);
    expect(nextTime(timetable, timetable.until)).toBeUndefined();
  });
});

it('a rate is due every so many hours, whatever the clocks do', () => {
  expect(times('rate(1 day)', 'America/New_York', '2027-03-13T12:00:00Z')).toEqual([
    '2027-03-14T12:00',
    '2027-03-15T12:00',
    '2027-03-16T12:00',
  ]);
});

it('one time is due once, in its time zone', () => {
  expect(times('at(2026-12-24T18:00:00)', 'Europe/Helsinki', '2026-11-26T12:00:00Z')).toEqual([
    '2026-12-24T16:00',
  ]);
  expect(times('at(2026-01-01T00:00:00)', 'UTC', '2026-11-26T12:00:00Z')).toEqual([]);
});

describe('refused is', () => {
  it.each([
    ['every day', 'is no schedule expression'],
    ['cron(0 3 * * SUN)', 'has 5 fields, not 6'],
    ['cron(0 3 * * SUN *)', 'names days in both fields'],
    ['cron(0 3 ? * ? *)', 'names no day'],
    ['cron(60 3 ? * * *)', 'minutes "60" is none'],
    ['cron(0 24 ? * * *)', 'hours "24" is none'],
    ['cron(0 3 ? * 8 *)', 'day of week "8" is none'],
    ['cron(0 3 ? * MON#6 *)', 'day of week "MON#6" is none'],
    ['cron(0/0 3 ? * * *)', 'no step'],
    ['cron(0 9-8 ? * * *)', 'ends before it begins'],
    ['rate(0 minutes)', 'is no rate'],
    ['rate(5 weeks)', 'is no rate'],
    ['at(2026-02-30T00:00:00)', 'is no time'],
    ['at(2026-02-03T00:00:00Z)', 'is no time'],
  ])('%s', (text, expected) => {
    expect(() => parseExpression(text)).toThrow(expected);
  });
});

it('time zones have names', () => {
  expect(['Europe/Helsinki', 'UTC', '+02:00', 'Mars/Olympus'].map(isTimeZone)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
