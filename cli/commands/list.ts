/** `fleetwide list`: the dispatches of this hub, the latest first. */
import { Option } from 'commander';
import type * as z from 'zod';
import { keys } from '../../contract/names.ts';
import { OUTCOMES } from '../../contract/outcomes.ts';
import { StoredRequest } from '../../contract/stored.ts';
import { actionText } from '../../report/page/action.ts';
import { Report } from '../../report/report.ts';
import type { AddCommand, Cli } from '../command.ts';
import { CliError, EXIT, type Exit } from '../exit.ts';
import type { Listed } from '../hub.ts';
import { STATUSES, statusWord } from '../statuses.ts';
import { harmless, table } from '../text.ts';

interface Flags {
  readonly status?: keyof typeof STATUSES;
  readonly requester?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly all?: boolean;
}

/** Dispatches that are looked at for a requester: each is an object to read. */
const MOST_LOOKED_AT = 500;

/** Of the request what is shown. */
const Asked = StoredRequest.pick({ request: true });

/** Counts and requester; what the whole report holds besides may be megabytes, and is not kept. */
const Glance = Report.pick({ counts: true, matched: true });

interface Line extends Listed {
  readonly requester: string;
  readonly schedule: string | undefined;
  /** What ran, in one line. */
  readonly action: string;
  readonly report: z.infer<typeof Glance> | undefined;
}

export const list: AddCommand = (program, cli) => {
  program
    .command('list')
    .description('the dispatches of this hub, the latest first')
    .addOption(
      new Option('--status <status>', 'only of this status').choices(Object.keys(STATUSES)),
    )
    .option('--requester <name>', 'only those that this person asked for')
    .option(
      '--since <time>',
      'only those started after 2026-11-21, 2026-11-21T08:00Z, 12h or 7d ago',
    )
    .option('--all', 'also plans and inventories, which send nothing')
    .option('--limit <n>', 'how many', '20')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide list
  fleetwide list --status failed --requester jane.doe --since 7d`,
    )
    .action(async (flags: Flags) => {
      cli.ends(await listed(cli, flags));
    });
};

async function listed(cli: Cli, flags: Flags): Promise<Exit> {
  const limit = Number(flags.limit ?? 20);
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new CliError(`--limit ${flags.limit}: expected a count like 20`, EXIT.request);
  const since = flags.since === undefined ? 0 : momentOf(flags.since, Date.now());
  const hub = await cli.hub();
  const lines: Line[] = [];
  let looked = 0;
  for await (const execution of hub.executions(flags.status && STATUSES[flags.status])) {
    // The latest come first.
    if (execution.startedAt.getTime() < since) break;
    const request = (await hub.find(Asked, keys.request(execution.id)))?.request;
    const requester = request?.requester ?? '';
    const wanted = flags.requester === undefined || flags.requester === requester;
    if (wanted && (flags.all || request?.mode !== 'plan'))
      lines.push({
        ...execution,
        requester,
        schedule: request?.schedule?.name,
        action: request ? actionText(request.action).split('\n', 1).join('') : '',
        report: await hub.find(Glance, keys.report(execution.id, 'json')),
      });
    if (lines.length >= limit || ++looked >= MOST_LOOKED_AT) break;
  }
  cli.show(lines.map(plain), () => table([HEAD, ...lines.map(cells)], ''));
  return EXIT.succeeded;
}

/** `7d` is that long ago; anything else a point in time. */
function momentOf(text: string, now: number): number {
  const [, n, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const minutes = unit === 'd' ? 1440 : unit === 'h' ? 60 : 1;
  const moment = n === undefined ? Date.parse(text) : now - Number(n) * minutes * 60_000;
  if (Number.isFinite(moment)) return moment;
  throw new CliError(`--since ${text}: expected a time like 2026-11-21 or 7d`, EXIT.request);
}

const HEAD = ['dispatch', 'status', 'started (UTC)', 'took', 'requester', 'ran', 'outcomes'];
const MOST_CHARACTERS = 40;

const cells = (line: Line): string[] => [
  line.id,
  statusWord(line.status),
  line.startedAt.toISOString().slice(0, 19).replace('T', ' '),
  line.endedAt
    ? `${Math.round((line.endedAt.getTime() - line.startedAt.getTime()) / 1000)} s`
    : '-',
  harmless(line.schedule === undefined ? line.requester : `schedule ${line.schedule}`),
  harmless(line.action).slice(0, MOST_CHARACTERS),
  outcomesOf(line),
];

const outcomesOf = ({ report }: Line): string =>
  OUTCOMES.filter((o) => report?.counts[o])
    .map((o) => `${report?.counts[o]} ${o}`)
    .join(', ');

const plain = ({ id, status, startedAt, endedAt, requester, schedule, action, report }: Line) => ({
  dispatch: id,
  status: statusWord(status),
  startedAt: startedAt.toISOString(),
  ...(endedAt && { endedAt: endedAt.toISOString() }),
  requester,
  ...(schedule !== undefined && { schedule }),
  action,
  ...(report && { matched: report.matched, counts: report.counts }),
});
