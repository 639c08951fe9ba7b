import { objects } from './objects.ts';
import { readWrite, type StepPolicy, write } from './statement.ts';

export const admit: StepPolicy = (results) => [
  // Put once, on condition that it is not there; read to tell a retry from another start of that name.
  readWrite('KeepRequest', results, objects.request),
  // What Discover's map reads, and what each of its children works on.
  write('WriteGroups', results, objects.groups, objects.group),
];
