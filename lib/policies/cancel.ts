import { enterSpokes } from './enterSpokes.ts';
import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { read, type StepPolicy, write } from './statement.ts';
import { readUploads } from './uploads.ts';

export const cancel: StepPolicy = (results, config) => [
  // What may have been sent: the slice, the notebook of its child, the intents, and since when no more.
  read(
    'ReadSent',
    results,
    objects.request,
    objects.wave,
    objects.progress,
    objects.intent,
    objects.recall,
  ),
  // A child that was stopped early has no notebook; a shard with results is done.
  tellMissingKeys(results),
  // How it ended on each node, and the output that is too long for its row.
  write('WriteResults', results, objects.recallResult, objects.output),
  // What an earlier call has read of a shard, where one alone does not end it.
  read('ReadAgain', results, objects.recallParts),
  ...readUploads(),
  enterSpokes(config),
];
