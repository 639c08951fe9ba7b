import { keys } from '../../contract/names.ts';
import { Plan } from '../../contract/stored.ts';
import { Report } from '../../report/report.ts';
import type { AddCommand, Cli } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import { causeText } from '../follow/follow.ts';
import { planText, reportText } from '../show.ts';

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
  const broken = execution.status !== 'RUNNING' && execution.status !== 'SUCCEEDED' && !report;
  const error = `${execution.error}: ${causeText(execution.cause)}`;
  cli.show({ dispatch: id, status: execution.status, plan, report, ...(broken && { error }) }, () =>
    [
      `Dispatch ${id}: ${execution.status}`,
      ...(plan ? [planText(plan)] : []),
      ...(report ? [reportText(report, hub.bucket, key)] : []),
      ...(broken ? [error] : []),
    ].join('\n'),
  );
  if (execution.status === 'RUNNING' || execution.status === 'SUCCEEDED') return EXIT.succeeded;
  return report ? EXIT.nodes : EXIT.broken;
}
