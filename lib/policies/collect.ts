import { tellMissingKeys } from './missingKeys.ts';
import { enterSpokes } from './enterSpokes.ts';
import { tellEvents } from './events.ts';
import { objects } from './objects.ts';
import { read, readWrite, type StepPolicy, write } from './statement.ts';
import { readUploads, stageArtifacts } from './uploads.ts';

export const collect: StepPolicy = (results) => [
  // The notebook may be gone: that is told as what it is.
  tellMissingKeys(results),
  // Which commands went to which nodes; how they ended, for those who follow.
  readWrite('KeepProgress', results, objects.progress),
  // How it ended on each node, and the output that is too long for its row.
  write('WriteResults', results, objects.result, objects.output),
  // What one node gave goes to the Regions of the plan, where the others fetch it: once, under its SHA-256; and that
  // it is there.
  read('ReadFetched', results, objects.fetched, objects.plan),
  stageArtifacts(),
  write('TellSource', results, objects.source),
  ...readUploads(),
  enterSpokes(),
  tellEvents(),
];
