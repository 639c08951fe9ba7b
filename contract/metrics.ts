/** What is counted, as CloudWatch shows it: the functions write these names, dashboard and alarms read them. */
import { type Outcome } from './outcomes.ts';

export const NAMESPACE = 'Fleetwide';
/** The one dimension, and its value. */
export const SERVICE = { name: 'service', value: 'fleetwide' } as const;

export const METRICS = {
  /** Dispatches that came to a report. */
  finished: 'DispatchesFinished',
  /** Those of them in which not all went well. */
  failed: 'DispatchesFailed',
  /** From the start to the report (s). */
  duration: 'DispatchDuration',
  matched: 'NodesMatched',
  /** Calls that AWS asked to slow down, repeated ones included. */
  throttles: 'Throttles',
  /** Events that the bus did not take. */
  eventsLost: 'EventsLost',
  /** Starts that were not carried out: delivered or asked for twice, or the one before still ran. */
  deliveriesDropped: 'DeliveriesDropped',
} as const;
export type Metric = (typeof METRICS)[keyof typeof METRICS] | ReturnType<typeof nodesMetric>;

/** `NodesSucceeded`, `NodesTimedOut`, … */
export const nodesMetric = (outcome: Outcome): `Nodes${Capitalize<Outcome>}` => NODES[outcome];

const NODES: { readonly [O in Outcome]: `Nodes${Capitalize<O>}` } = {
  succeeded: 'NodesSucceeded',
  failed: 'NodesFailed',
  timedOut: 'NodesTimedOut',
  undeliverable: 'NodesUndeliverable',
  denied: 'NodesDenied',
  invalidPlatform: 'NodesInvalidPlatform',
  terminated: 'NodesTerminated',
  cancelled: 'NodesCancelled',
  skipped: 'NodesSkipped',
  unknown: 'NodesUnknown',
};
