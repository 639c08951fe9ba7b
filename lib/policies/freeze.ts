import { tellEvents } from './events.ts';
import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { read, type StepPolicy, write } from './statement.ts';

export const freeze: StepPolicy = (results) => [
  // What was asked for, what was found, and which child of the map broke.
  read(
    'ReadFindings',
    results,
    objects.request,
    objects.accounts,
    objects.groups,
    objects.group,
    objects.inventory,
    objects.mapRun,
  ),
  // A plan that an earlier dispatch froze, for the one that runs it.
  read('ReadPlan', results, objects.plan, objects.skipped, objects.wave),
  // A shard whose child of Discover's map broke has no inventory.
  tellMissingKeys(results),
  // A dispatch that is refused here has no other end.
  tellEvents(),
  // The plan: exactly which nodes go in which wave, and which do not go.
  write('WritePlan', results, objects.plan, objects.skipped, objects.wave),
];
