import { keys } from '../contract/names.ts';
import { Plan } from '../contract/stored.ts';
import { Report } from '../report/report.ts';
import { EXIT, type Exit } from './exit.ts';
import { causeText, type Print } from './follow.ts';
import { connect } from './hub.ts';
import { planText, reportText } from './show.ts';

export async function status(
  options: { region?: string; profile?: string },
  id: string,
  print: Print,
): Promise<Exit> {
  const hub = await connect(options);
  const execution = await hub.execution(id);
  print(`Dispatch ${id}: ${execution.status}`);
  const plan = await hub.find(Plan, keys.plan(id));
  if (plan) print(planText(plan));
  const key = keys.report(id, 'json');
  const report = await hub.find(Report, key);
  if (report) print(reportText(report, hub.bucket, key));
  if (execution.status === 'RUNNING' || execution.status === 'SUCCEEDED') return EXIT.succeeded;
  if (report) return EXIT.nodes;
  print(`${execution.error}: ${causeText(execution.cause)}`);
  return EXIT.broken;
}
