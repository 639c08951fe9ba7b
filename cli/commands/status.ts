import { keys } from '../../contract/names.ts';
import { Dropped, Plan } from '../../contract/stored.ts';
import { Report } from '../../report/report.ts';
import type { AddCommand, Cli } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import { causeText } from '../follow/broken.ts';
import { failureLines, plainLine } from '../follow/view.ts';
import { countsOf, type WaveState, watch } from '../follow/watch.ts';
import { droppedText, planText, reportText } from '../show.ts';
import { questionFields, questionOf, questionText } from '../waiting.ts';

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
  const plan = await hub.find(Plan, keys.plan(id));
  const key = keys.report(id, 'json');
  const report = await hub.find(Report, key);
  const waves = plan && execution.status === 'RUNNING' ? await watch(hub, id).look(plan) : [];
  const question = execution.status === 'RUNNING' ? await questionOf(hub, id, plan) : undefined;
  const dropped = plan ? undefined : await hub.find(Dropped, keys.dropped(id));
  const broken = execution.status !== 'RUNNING' && execution.status !== 'SUCCEEDED' && !report;
  const error = `${execution.error}: ${causeText(execution.cause)}`;
  cli.show(
    {
      dispatch: id,
      status: execution.status,
      plan,
      progress: waves.map(told),
      ...(question && { waitsFor: questionFields(question) }),
      ...(dropped && { dropped }),
      report,
      ...(broken && { error }),
    },
    () =>
      [
        `Dispatch ${id}: ${execution.status}`,
        ...(plan ? [planText(plan)] : []),
        ...waves.map((wave) => plainLine(wave, plan?.waves.length ?? 0)),
        ...waves
          .flatMap(({ groups }) => [...groups.values()].flatMap((g) => g.failures))
          .slice(0, MOST_FAILURES)
          .flatMap(failureLines),
        ...(question ? [questionText(id, question)] : []),
        ...(dropped ? [droppedText(dropped)] : []),
        ...(report ? [reportText(report, hub.bucket, key)] : []),
        ...(broken ? [error] : []),
      ].join('\n'),
  );
  if (execution.status === 'RUNNING' || execution.status === 'SUCCEEDED') return EXIT.succeeded;
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
