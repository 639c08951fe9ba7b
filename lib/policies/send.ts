import { keys } from '../../contract/names.ts';
import { enterSpokes } from './enterSpokes.ts';
import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { read, readWrite, type StepPolicy } from './statement.ts';

export const send: StepPolicy = (results, config) => [
  // What to run, and on which nodes.
  read('ReadSlice', results, objects.request, objects.wave),
  // Put before each command, on condition that it is not there; read to know one's own intent again.
  readWrite('KeepIntents', results, objects.intent),
  // The child's notebook.
  readWrite('KeepProgress', results, objects.progress),
  // Looked for before each command: once it is there, nothing is sent.
  read('LookForRevocation', results, keys.revoked('*')),
  // What the source of a copy gave, for the others.
  read('ReadSource', results, objects.source),
  // The first Send of a child finds no notebook, and mostly there is no revocation.
  tellMissingKeys(results),
  enterSpokes(config),
];
