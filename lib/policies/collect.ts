import { tellMissingKeys } from './missingKeys.ts';
import { enterSpokes } from './enterSpokes.ts';
import { stageArtifacts } from './artifacts.ts';
import { tellEvents } from './events.ts';
import { objects } from './objects.ts';
import { read, readWrite, type StepPolicy, write } from './statement.ts';
import { readUploads } from './uploads.ts';

export const collect: StepPolicy = (results) => [
  // The notebook may be gone: that is told as what it is.
  tellMissingKeys(results),
  // Which commands went to which nodes; how they ended, for those who follow.
  readWrite('KeepProgress', results, objects.progress),
  // How it ended on each node, and the output that is too long for its row.
  write('WriteResults', results, objects.result, objects.output),
  // What an earlier call has collected, where one alone does not end it.
  read('ReadCollected', results, objects.result),
  // What one node gave goes to the Regions of the plan, where the others fetch it.
  read('ReadFetched', results, objects.fetched, objects.plan),
  stageArtifacts(),
  // That it is there, once it is in all of them.
  write('TellSource', results, objects.source),
  ...readUploads(),
  enterSpokes(),
  tellEvents(),
];
