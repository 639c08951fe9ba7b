import { RECALL_MACHINE, STATE_MACHINE } from '../../contract/names.ts';
import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { states } from './stateMachine.ts';
import { allow, read, readWrite, type StepPolicy } from './statement.ts';

export const revoke: StepPolicy = (results) => [
  // Whether anything can have been sent, which child it belongs to, and whether it came to its own end.
  read('ReadPlan', results, objects.request, objects.plan, objects.wave, objects.report),
  // How the dispatch ended, and how often it was redriven; whether another recall of it is at work.
  allow(
    'LookAtExecutions',
    ['states:DescribeExecution'],
    [STATE_MACHINE, RECALL_MACHINE].map((machine) => states(`execution:${machine}:*`)),
  ),
  // The revocation, and what may have been sent before it: put once per life, if it is not there.
  readWrite('KeepRecall', results, objects.recall, objects.claims),
  // Lists the intents and the results; a dispatch that ended early has no plan.
  tellMissingKeys(results),
];
