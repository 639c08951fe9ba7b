import { tellMissingKeys } from './missingKeys.ts';
import { enterSpokes } from './enterSpokes.ts';
import { objects } from './objects.ts';
import { read, type StepPolicy, write } from './statement.ts';

export const discover: StepPolicy = (results, config) => [
  // The request or the group may be gone: that is told as what it is.
  tellMissingKeys(results),
  // Which nodes are meant, and in which shards this child looks for them.
  read('ReadTargets', results, objects.request, objects.group),
  // What was found in each shard.
  write('WriteInventory', results, objects.inventory),
  enterSpokes(config),
];
