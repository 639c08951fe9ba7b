/** The commands that read what dispatches left behind. */
import type { Command } from 'commander';
import { diff } from './diff.ts';
import type { Exit } from './exit.ts';
import type { Print } from './follow.ts';
import { connect } from './hub.ts';
import { list, type ListFlags, STATUSES } from './list.ts';
import { logs, type LogsFlags } from './logs.ts';
import { report, type ReportFlags } from './report.ts';
import { FORMATS, results } from './results.ts';

export function addReadingCommands(
  program: Command,
  hubOptions: () => { region?: string; profile?: string },
  ends: (exit: Exit) => void,
  print: Print,
): void {
  const hub = () => connect(hubOptions());

  program
    .command('list')
    .description('the dispatches of this hub, the latest first')
    .option('--status <status>', `only ${Object.keys(STATUSES).join(', ')}`)
    .option('--requester <name>', 'only those that this person asked for')
    .option('--limit <n>', 'how many', '20')
    .option('--json', 'as a JSON array')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide list
  fleetwide list --status failed --requester jane.doe --limit 5`,
    )
    .action(async (flags: ListFlags) => {
      ends(await list(await hub(), flags, print));
    });

  program
    .command('results')
    .description('how it ended on each node')
    .argument('<id>', 'dispatch id')
    .option('--format <format>', Object.keys(FORMATS).join(', '), 'table')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide results restart-2026-11-21
  fleetwide results restart-2026-11-21 --format junit > results.xml`,
    )
    .action(async (id: string, flags: { format: string }) => {
      ends(await results(await hub(), id, flags.format, print));
    });

  program
    .command('logs')
    .description('what the nodes wrote, whole; control characters are shown, not obeyed')
    .argument('<id>', 'dispatch id')
    .option('--node <id or name>', 'only this node; repeatable', several)
    .option('--failed', 'only nodes that did not succeed')
    .option('--json', 'a JSON object per line and node, with the exact text')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide logs restart-2026-11-21 --failed
  fleetwide logs restart-2026-11-21 --node web-1a --node i-0123456789abcdef0`,
    )
    .action(async (id: string, flags: LogsFlags) => {
      ends(await logs(await hub(), id, flags, print));
    });

  program
    .command('diff')
    .description('what changed between two dispatches: nodes, outcomes, exit codes, output')
    .argument('<before>', 'dispatch id')
    .argument('<after>', 'dispatch id')
    .option('--json', 'as a JSON object')
    .addHelpText(
      'after',
      `
Ends with 0 when nothing changed, with 1 when something did.

Example:
  fleetwide diff kernel-2026-11-14 kernel-2026-11-21`,
    )
    .action(async (before: string, after: string, flags: { json?: boolean }) => {
      ends(await diff(await hub(), before, after, flags, print));
    });

  program
    .command('report')
    .description('the page of a finished dispatch, as one file that needs no network')
    .argument('<id>', 'dispatch id')
    .option('--open', 'open it in a browser (BROWSER names another program)')
    .option(
      '--output <file>',
      'where to write it (default: <id>.html, or a temporary file to open)',
    )
    .addHelpText(
      'after',
      `
Examples:
  fleetwide report restart-2026-11-21 --open
  fleetwide report restart-2026-11-21 --output restart.html`,
    )
    .action(async (id: string, flags: ReportFlags) => {
      ends(await report(await hub(), id, flags, print));
    });
}

const several = (value: string, all: readonly string[] = []): string[] => [...all, value];
