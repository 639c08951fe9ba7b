/** Stops a dispatch, recalls it, and follows the recall to the report. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '../contract/names.ts';
import { Report } from '../report/report.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import { causeText, type Print } from './follow.ts';
import { connect, type Hub } from './hub.ts';
import { reportText } from './show.ts';

const LOOK_EVERY_MS = 700;
/** Recalls of one dispatch by this command, before somebody should look at why. */
const MOST_RECALLS = 50;

export async function cancel(
  options: { region?: string; profile?: string },
  id: string,
  print: Print,
): Promise<Exit> {
  const hub = await connect(options);
  const before = await hub.execution(id);
  const key = keys.report(id, 'json');
  if (before.status === 'SUCCEEDED') {
    print(`Dispatch ${id} has ended already; nothing was changed`);
    return EXIT.succeeded;
  }
  if (before.status === 'RUNNING') {
    await hub.stop(id);
    print(`Dispatch ${id} stopped; cancelling what runs on its nodes`);
  } else print(`Dispatch ${id}: ${before.status}; looking for what still runs on its nodes`);
  await followRecall(hub, id);
  const report = await hub.find(Report, key);
  if (!report) {
    print('It had no plan yet: nothing was sent to any node');
    return EXIT.recalled;
  }
  print(reportText(report, hub.bucket, key));
  // A dispatch that had come to its own end keeps its own report, and its own exit code.
  return report.error === 'DispatchRecalled' ? EXIT.recalled : EXIT.nodes;
}

async function followRecall(hub: Hub, id: string): Promise<void> {
  const name = await startRecall(hub, id);
  for (;;) {
    const { status, error, cause } = await hub.recall(name);
    if (status === 'SUCCEEDED') return;
    if (status !== 'RUNNING')
      throw new CliError(
        `recall ${name} ${status}: ${error}\n${causeText(cause)}\nRun fleetwide cancel ${id} again: it looks once more at what is missing.`,
        EXIT.broken,
      );
    await sleep(LOOK_EVERY_MS);
  }
}

/**
 * Named after the dispatch, so that two people who cancel it at once follow one recall. A name serves once
 * in 90 days, so that the next recall is counted on; it finds little or nothing left to do.
 */
async function startRecall(hub: Hub, id: string): Promise<string> {
  for (let n = 1; n <= MOST_RECALLS; n++) {
    const name = n === 1 ? id : `${id}.${n}`;
    if (await hub.startRecall(name, id)) return name;
  }
  throw new CliError(`dispatch ${id} was recalled ${MOST_RECALLS} times`, EXIT.broken);
}
