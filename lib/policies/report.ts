import { tellEvents } from './events.ts';
import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { read, type StepPolicy, write } from './statement.ts';

export const report: StepPolicy = (results) => [
  // Every node that was matched, and how it ended.
  read(
    'ReadDispatch',
    results,
    objects.request,
    objects.plan,
    objects.approval,
    objects.wave,
    objects.result,
    objects.skipped,
    // After a recall: what may have been sent, and how that ended.
    objects.claims,
    objects.recallResult,
    // Whether the dispatch was redriven and has told by itself meanwhile.
    objects.report,
  ),
  // Outputs that are too long for the results' lines: the page shows some of them.
  read('ReadOutput', results, objects.output),
  // A shard whose child broke has no results: its nodes are reported as unknown.
  tellMissingKeys(results),
  // How the dispatch ended.
  tellEvents(),
  // What a person reads in the end, in each form.
  write('WriteReport', results, objects.report),
];
