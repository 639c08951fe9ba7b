/** `fleetwide schedule …`: dispatches that start by the clock. */
import { DroppedRecord, scheduleKeys } from '../../contract/deliveries.ts';
import { parseSchedule, type Schedule } from '../../contract/schedule.ts';
import { parseExpression } from '../../contract/schedules/expression.ts';
import { nextTimes } from '../../contract/schedules/times.ts';
import { localTimeAt } from '../../contract/schedules/zone.ts';
import type { AddCommand, Cli } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { readRequest } from '../requestFile.ts';
import type { Stored } from '../schedules.ts';
import { harmless, table } from '../text.ts';

interface Flags {
  readonly request: string;
  readonly cron?: string;
  readonly rate?: string;
  readonly at?: string;
  readonly timezone?: string;
  readonly flexible?: string;
  readonly latest?: string;
  readonly start?: string;
  readonly end?: string;
  readonly overlap?: string;
  readonly description?: string;
  readonly paused?: boolean;
}

const NAME = ['<name>', 'name of the schedule'] as const;

export const schedule: AddCommand = (program, cli) => {
  const group = program
    .command('schedule')
    .description('dispatches that start by the clock: create, list, show, pause, resume, delete')
    .addHelpText('after', '\nExamples:\n  fleetwide schedule list');
  group
    .command('create')
    .description('store a request and when to start it')
    .argument(...NAME)
    .requiredOption('--request <file>', 'what to start, as JSON or YAML')
    .option('--cron <fields>', 'minutes hours day-of-month month day-of-week year')
    .option('--rate <rate>', 'e.g. "12 hours"')
    .option('--at <time>', 'once, e.g. 2027-01-31T03:00:00')
    .option('--timezone <zone>', 'IANA time zone of the above (default: UTC)')
    .option('--flexible <minutes>', 'start at some time within so many minutes')
    .option('--latest <minutes>', 'try to start for so long (default: 60)')
    .option('--start <time>', 'not before, e.g. 2027-01-01T00:00:00Z')
    .option('--end <time>', 'not after')
    .option('--overlap <policy>', 'while the one before runs: skip, queue or allow (default: skip)')
    .option('--description <text>', 'what it is for')
    .option('--paused', 'create it paused')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide schedule create weekly-patching --request examples/patch-scan/request.json --cron '0 3 ? * SUN *' --timezone Europe/Helsinki
  fleetwide schedule create once --request examples/patch-scan/request.json --at 2027-01-31T03:00:00`,
    )
    .action(async (name: string, flags: Flags) => {
      const made = await scheduleOf(name, flags);
      stillToCome(made);
      const hub = await cli.hub();
      await hub.schedules.create({
        ...made,
        request: {
          ...made.request,
          // As with `run`: who asks is who made the schedule, unless the request says otherwise.
          requester: made.request.requester === 'unstated' ? hub.caller : made.request.requester,
        },
      });
      await shown(cli, name);
    });
  group
    .command('list')
    .description('the schedules of this hub')
    .addHelpText('after', '\nExamples:\n  fleetwide schedule list')
    .action(async () => {
      const { schedules } = await cli.hub();
      const all: Stored[] = [];
      for (const name of await schedules.names()) all.push(await schedules.get(name));
      cli.show(
        all.map((each) => plain(each)),
        () => (all.length > 0 ? table([HEAD, ...all.map(cells)], '') : 'There is no schedule yet.'),
      );
    });
  group
    .command('show')
    .description('a schedule: its request, when it is due, and what was dropped of it')
    .argument(...NAME)
    .addHelpText('after', '\nExamples:\n  fleetwide schedule show weekly-patching')
    .action((name: string) => shown(cli, name));
  for (const [verb, enabled, says] of [
    ['pause', false, 'let it rest: what is due meanwhile is not made up for'],
    ['resume', true, 'let it go on'],
  ] as const)
    group
      .command(verb)
      .description(says)
      .argument(...NAME)
      .addHelpText('after', `\nExamples:\n  fleetwide schedule ${verb} weekly-patching`)
      .action(async (name: string) => {
        const { schedules } = await cli.hub();
        await schedules.update({ ...(await schedules.get(name)).schedule, enabled });
        await shown(cli, name);
      });
  group
    .command('delete')
    .description('remove it; dispatches that it started go on')
    .argument(...NAME)
    .addHelpText('after', '\nExamples:\n  fleetwide schedule delete weekly-patching')
    .action(async (name: string) => {
      const { schedules } = await cli.hub();
      await schedules.delete(name);
      cli.show({ deleted: name }, () => `Schedule ${harmless(name)} is deleted.`);
    });
};

/** What the flags mean; whatever is wrong with the values, the schema says. */
async function scheduleOf(name: string, flags: Flags): Promise<Schedule> {
  const { cron, rate, at, start, end, timezone, overlap, description } = flags;
  const given = [
    ...(cron === undefined ? [] : [`cron(${cron})`]),
    ...(rate === undefined ? [] : [`rate(${rate})`]),
    ...(at === undefined ? [] : [`at(${at})`]),
  ];
  if (given.length !== 1)
    throw new CliError(
      `--cron, --rate, --at: ${given.length} are given; give exactly one`,
      EXIT.request,
    );
  return parseSchedule({
    name,
    request: await readRequest(flags.request),
    expression: given[0],
    ...(timezone !== undefined && { timezone }),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(overlap !== undefined && { overlap }),
    ...(description !== undefined && { description }),
    ...(flags.flexible !== undefined && { flexibleMinutes: Number(flags.flexible) }),
    ...(flags.latest !== undefined && { latestMinutes: Number(flags.latest) }),
    enabled: !flags.paused,
  });
}

async function shown(cli: Cli, name: string): Promise<void> {
  const hub = await cli.hub();
  const stored = await hub.schedules.get(name);
  const dropped: DroppedRecord[] = [];
  for (const key of (await hub.list(scheduleKeys.droppedAll(name))).keys()) {
    const record = await hub.find(DroppedRecord, key);
    if (record) dropped.push(record);
  }
  const latest = dropped.toSorted((a, b) => (a.time < b.time ? 1 : -1)).slice(0, MOST_DROPPED);
  cli.show({ ...plain(stored), request: stored.schedule.request, dropped: latest }, () =>
    [
      ...Object.entries(plain(stored)).map(([key, value]) => `${key}: ${textOf(value)}`),
      'request:',
      harmless(JSON.stringify(stored.schedule.request, null, 2)),
      ...latest.map(({ time, reason, by }) => `dropped: ${time}, ${reason} with dispatch ${by}`),
    ].join('\n'),
  );
}

/** One that is over would be stored, and never start anything. */
function stillToCome(made: Schedule): void {
  const [next] = due({ schedule: { ...made, enabled: true }, createdAt: Date.now() });
  if (next === undefined)
    throw new CliError(
      `${made.expression} is never due from now on (${made.timezone}): give a time that is still to come`,
      EXIT.request,
    );
}

const MOST_DROPPED = 10;
const NEXT = 3;

const HEAD = ['schedule', 'state', 'expression', 'time zone', 'overlap', 'next (local there)'];

function plain(stored: Stored) {
  const { name, description, enabled, expression, timezone, overlap, flexibleMinutes } =
    stored.schedule;
  return {
    schedule: name,
    ...(description !== undefined && { description }),
    state: enabled ? 'on' : 'paused',
    expression,
    timezone,
    overlap,
    ...(flexibleMinutes !== undefined && { flexibleMinutes }),
    latestMinutes: stored.schedule.latestMinutes,
    next: due(stored).map((at) => new Date(at).toISOString()),
  };
}

const cells = (stored: Stored): string[] => {
  const { schedule: name, state, expression, timezone, overlap } = plain(stored);
  const [next] = due(stored);
  return [
    name,
    state,
    expression,
    timezone,
    overlap,
    next === undefined ? '-' : localText(next, timezone),
  ];
};

function due({ schedule: each, createdAt }: Pick<Stored, 'schedule' | 'createdAt'>): number[] {
  if (!each.enabled) return [];
  const expression = parseExpression(each.expression);
  const from = each.start ? Date.parse(each.start) : expression.kind === 'rate' ? createdAt : 0;
  const until = each.end ? { until: Date.parse(each.end) } : {};
  return nextTimes({ expression, zone: each.timezone, from, ...until }, Date.now(), NEXT);
}

const two = (n: number) => String(n).padStart(2, '0');
function localText(at: number, zone: string): string {
  const { year, month, day, hour, minute } = localTimeAt(at, zone);
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

const textOf = (value: unknown): string =>
  harmless(Array.isArray(value) ? value.join(', ') || '-' : String(value));
