import { Duration } from 'aws-cdk-lib';
import { DISPATCHER_PATH, HUB_PATH, type Step } from '../contract/names.ts';
import { admit } from './policies/admit.ts';
import { cancel } from './policies/cancel.ts';
import { ask } from './policies/ask.ts';
import { collect } from './policies/collect.ts';
import { discover } from './policies/discover.ts';
import { doctor } from './policies/doctor.ts';
import { freeze } from './policies/freeze.ts';
import { gate } from './policies/gate.ts';
import { poll } from './policies/poll.ts';
import { ready } from './policies/ready.ts';
import { report } from './policies/report.ts';
import { revoke } from './policies/revoke.ts';
import { send } from './policies/send.ts';
import type { StepPolicy } from './policies/statement.ts';

export { HUB_PATH };

export interface StepSettings {
  readonly policy: StepPolicy;
  /** Whether it assumes spoke roles: only these are under the dispatcher's path and know the ExternalId. */
  readonly entersSpokes: boolean;
  readonly timeout: Duration;
  /** MB. */
  readonly memory: number;
}

/** Steps that talk to one account after the other (at the end of a dispatch a look cancels as well), or pass the whole fleet through, get all that Lambda gives. */
const LONG = Duration.minutes(15);
/** Steps that read some objects or ask some questions: one that hangs is retried soon. */
const SHORT = Duration.minutes(5);
/** Mostly waiting for replies; a Lambda's share of a CPU grows with its memory. */
const SMALL = 256;
/**
 * A whole CPU (Lambda developer guide: 1,769 MB), for what reads some objects of every shard one after the other;
 * in memory there are below 256 MB (docs/figures.md).
 */
const FLEET = 1_769;

export const steps: Readonly<Record<Step, StepSettings>> = {
  // An organisation of 50,000 accounts takes 5 minutes to list.
  admit: { policy: admit, entersSpokes: false, timeout: LONG, memory: SMALL },
  discover: { policy: discover, entersSpokes: true, timeout: LONG, memory: SMALL },
  freeze: { policy: freeze, entersSpokes: false, timeout: LONG, memory: FLEET },
  ask: { policy: ask, entersSpokes: false, timeout: SHORT, memory: SMALL },
  ready: { policy: ready, entersSpokes: false, timeout: SHORT, memory: SMALL },
  send: { policy: send, entersSpokes: true, timeout: LONG, memory: SMALL },
  poll: { policy: poll, entersSpokes: true, timeout: LONG, memory: SMALL },
  collect: { policy: collect, entersSpokes: true, timeout: LONG, memory: SMALL },
  gate: { policy: gate, entersSpokes: false, timeout: SHORT, memory: SMALL },
  report: { policy: report, entersSpokes: false, timeout: LONG, memory: FLEET },
  revoke: { policy: revoke, entersSpokes: false, timeout: LONG, memory: SMALL },
  cancel: { policy: cancel, entersSpokes: true, timeout: LONG, memory: SMALL },
  doctor: { policy: doctor, entersSpokes: true, timeout: LONG, memory: SMALL },
};

export const rolePath = (step: Step): string =>
  steps[step].entersSpokes ? DISPATCHER_PATH : HUB_PATH;
