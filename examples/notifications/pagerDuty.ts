import { SecretValue } from 'aws-cdk-lib';
import type { Receiver } from './notifier.ts';

const key = () => SecretValue.secretsManager('fleetwide/pagerduty').unsafeUnwrap();

/** PagerDuty (Events API v2): the routing key of a service in Secrets Manager; one incident a dispatch. */
export const pagerDuty = (): Receiver => ({
  name: 'pagerduty',
  url: 'https://events.pagerduty.com/v2/enqueue',
  header: { name: 'X-Routing-Key', value: key() },
  secretBody: { routing_key: key() },
  events: ['DispatchFinished'],
  detail: { succeeded: [false] },
  body: '{"event_action": "trigger", "dedup_key": <dispatch>, "payload": {"summary": "<message>", "source": "fleetwide", "severity": "error"}}',
});
