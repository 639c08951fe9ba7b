/** A command and its invocations, as the service remembers them. */
import type { Target } from '@aws-sdk/client-ssm';
import type { JobResult, OutputTarget } from '../../fleet/index.ts';
import type { Found, Parameters } from './documents.ts';

/** StatusDetails of an invocation. */
export type Details =
  | 'Pending'
  | 'InProgress'
  | 'Delayed'
  | 'Cancelling'
  | 'Success'
  | 'Failed'
  | 'Cancelled'
  | 'ExecutionTimedOut'
  | 'DeliveryTimedOut'
  | 'Undeliverable'
  | 'Terminated'
  | 'InvalidPlatform'
  | 'AccessDenied';

export interface Invocation {
  readonly command: Command;
  readonly nodeId: string;
  readonly nodeName: string;
  /** The caller may not send to this node. */
  readonly denied: boolean;
  details: Details;
  /** Handed to the node, or tried. */
  sent: boolean;
  /** Sent, and neither acknowledged nor found unreachable. */
  unanswered: boolean;
  /** When the node acknowledged it; milliseconds since the epoch, as all times here. */
  startedAt?: number;
  result?: JobResult;
  /** Cancels the job on the node. */
  abort?: AbortController;
}

export interface Command {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** Counts the commands of an account and Region. */
  readonly order: number;
  readonly document: Found;
  /** The document as the caller named it: what the service shows. */
  readonly documentName: string;
  /** As the caller wrote it. */
  readonly version: string;
  readonly comment: string;
  /** As the caller gave them. */
  readonly parameters: Parameters;
  /** With the defaults. */
  readonly resolved: Parameters;
  readonly instanceIds: readonly string[];
  readonly targets: readonly Target[];
  readonly timeoutSeconds: number;
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  readonly output?: OutputTarget;
  readonly requestedAt: number;
  /** Reads see nothing of the command before. */
  readonly visibleAt: number;
  /** Nothing is handed to a node after. */
  readonly deliverBy: number;
  readonly expiresAt: number;
  /** Empty until the targets are resolved. */
  readonly invocations: Map<string, Invocation>;
  /** How many invocations there are of each sort. */
  readonly tally: Map<Details, number>;
  targetsKnown: boolean;
  /** CancelCommand for the whole command. */
  cancelled: boolean;
}
