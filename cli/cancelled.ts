/** Stops a dispatch, recalls it, and follows the recall to the report. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { keys } from '../contract/names.ts';
import { Report } from '../report/report.ts';
import type { Cli } from './command.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import { causeText } from './follow/broken.ts';
import type { Hub } from './hub.ts';
import { reportText } from './show.ts';

const LOOK_EVERY_MS = 700;
/** Recalls of one dispatch by this command, before somebody should look at why. */
const MOST_RECALLS = 50;

/** Also what a person means who interrupts `run` and answers "cancel". */
export async function cancelled(
  cli: Pick<Cli, 'json' | 'print' | 'show'>,
  hub: Hub,
  id: string,
): Promise<Exit> {
  const { status } = await hub.execution(id);
  const key = keys.report(id, 'json');
  const say = (line: string) => {
    if (!cli.json()) cli.print(line);
  };
  if (status === 'SUCCEEDED') {
    cli.show(
      { dispatch: id, status, changed: false },
      () => `Dispatch ${id} has ended already; nothing was changed`,
    );
    return EXIT.succeeded;
  }
  if (status === 'RUNNING') {
    await hub.stop(id);
    say(`Dispatch ${id} stopped; cancelling what runs on its nodes`);
  } else say(`Dispatch ${id}: ${status}; looking for what still runs on its nodes`);
  await followRecall(hub, id);
  const report = await hub.find(Report, key);
  cli.show({ dispatch: id, report }, () =>
    report
      ? reportText(report, hub.bucket, key)
      : 'It had no plan yet: nothing was sent to any node',
  );
  // A dispatch that had come to its own end keeps its own report, and its own exit code.
  return report && report.error !== 'DispatchRecalled' ? EXIT.nodes : EXIT.recalled;
}

async function followRecall(hub: Hub, id: string): Promise<void> {
  let name = await startRecall(hub, id);
  for (;;) {
    const { status, error, cause, output } = await hub.recall(name);
    const other = output === undefined ? '' : otherIn(output);
    if (status === 'SUCCEEDED' && other === '') return;
    if (status === 'SUCCEEDED') {
      name = other;
      continue;
    }
    if (status !== 'RUNNING')
      throw new CliError(
        `recall ${name} ${status}: ${error}\n${causeText(cause)}\nRun fleetwide cancel ${id} again: it looks once more at what is missing.`,
        EXIT.broken,
      );
    await sleep(LOOK_EVERY_MS);
  }
}

/** The end of a dispatch starts a recall as well: whichever came second leaves it to the first, and says which. */
function otherIn(output: string): string {
  const told = Recall.safeParse(JSON.parse(output));
  return told.data?.by?.split(':').at(-1) ?? '';
}
const Recall = z.object({ by: z.string().optional() });

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
