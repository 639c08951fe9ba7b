import { keys } from '../../contract/names.ts';
import { Dropped, Plan, StoredRequest } from '../../contract/stored.ts';
import { Report } from '../../report/report.ts';
import type { AddCommand, Cli } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import { statusWord } from '../statuses.ts';
import { causeText } from '../follow/broken.ts';
import { failureLines, plainLine } from '../follow/view.ts';
import { countsOf, type WaveState, watch } from '../follow/watch.ts';
import { droppedText, planText, reportText, whatText } from '../show.ts';
import {
  pauseFields,
  pauseOf,
  pauseText,
  questionFields,
  questionOf,
  questionText,
} from '../waiting.ts';

export const status: AddCommand = (program, cli) => {
  program
    .command('status')
    .description('where a dispatch stands')
    .argument('<id>', 'dispatch id')
    .addHelpText('after', '\nExamples:\n  fleetwide status restart-2026-11-21')
    .action(async (id: string) => {
      cli.ends(await stands(cli, id));
    });
};

async function stands(cli: Cli, id: string): Promise<Exit> {
  const hub = await cli.hub();
  const execution = await hub.execution(id);
  const stored = await hub.find(StoredRequest, keys.request(id));
  const plan = await hub.find(Plan, keys.plan(id));
  const key = keys.report(id, 'json');
  const report = await hub.find(Report, key);
  const waves = plan && execution.status === 'RUNNING' ? await watch(hub, id).look(plan) : [];
  const question = execution.status === 'RUNNING' ? await questionOf(hub, id, plan) : undefined;
  const pause =
    question === undefined && execution.status === 'RUNNING' && plan && stored
      ? pauseOf(stored.request, plan.waves.length, waves.at(-1), Date.now())
      : undefined;
  const dropped = plan ? undefined : await hub.find(Dropped, keys.dropped(id));
  const broken = execution.status !== 'RUNNING' && execution.status !== 'SUCCEEDED' && !report;
  const error = `${execution.error}: ${causeText(execution.cause)}`;
  cli.show(
    {
      dispatch: id,
      status: statusWord(execution.status),
      ...(stored && { startedAt: stored.startedAt, request: stored.request }),
      plan,
      progress: waves.map(told),
      ...(question && { waitsFor: questionFields(question) }),
      ...(pause && { waitsUntil: pauseFields(pause) }),
      ...(dropped && { dropped }),
      report,
      ...(broken && { error }),
    },
    () =>
      [
        `Dispatch ${id}: ${statusWord(execution.status)}${stored ? `, started ${stored.startedAt}` : ''}`,
        ...(stored ? [whatText(stored)] : []),
        ...(plan ? [planText(plan)] : []),
        ...waves.map((wave) => plainLine(wave, plan?.waves.length ?? 0)),
        ...waves
          .flatMap(({ groups }) => [...groups.values()].flatMap((g) => g.failures))
          .slice(0, MOST_FAILURES)
          .flatMap(failureLines),
        ...(question ? [questionText(id, question)] : []),
        ...(pause ? [pauseText(pause)] : []),
        ...(dropped ? [droppedText(dropped)] : []),
        ...(report ? [reportText(report, hub.bucket, key)] : []),
        ...(broken ? [error] : []),
      ].join('\n'),
  );
  if (execution.status === 'RUNNING' || execution.status === 'SUCCEEDED') return EXIT.succeeded;
  // As `cancel` ends for the same dispatch.
  if (report?.error === 'DispatchRecalled' || execution.status === 'ABORTED') return EXIT.recalled;
  return report ? EXIT.nodes : EXIT.broken;
}

/** Failures that are shown; the report tells all. */
const MOST_FAILURES = 10;

const told = ({ wave, nodes, over, groups }: WaveState) => ({
  wave: wave + 1,
  nodes,
  over,
  ...countsOf(groups.values()),
});
