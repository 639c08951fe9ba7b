import { SecretValue } from 'aws-cdk-lib';
import type { Receiver } from './notifier.ts';

/**
 * Microsoft Teams: the flow "Post to a channel when a webhook request is received". Its address is the
 * secret, so it comes as a parameter that is not shown; the header is only there because a connection wants one.
 */
export const teams = (webhook: string): Receiver => ({
  name: 'teams',
  url: webhook,
  header: {
    name: 'X-Fleetwide',
    value: SecretValue.secretsManager('fleetwide/teams').unsafeUnwrap(),
  },
  events: ['ApprovalNeeded', 'DispatchFinished', 'NodeFailed'],
  body: JSON.stringify({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          version: '1.4',
          body: [{ type: 'TextBlock', wrap: true, text: '<message>' }],
        },
      },
    ],
  }),
});
