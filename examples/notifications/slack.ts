import { SecretValue } from 'aws-cdk-lib';
import type { Receiver } from './notifier.ts';

/**
 * Slack: a bot token with chat:write, stored in Secrets Manager as `Bearer xoxb-…`. The bot must be in the
 * channel.
 */
export const slack = (channel: string): Receiver => ({
  name: 'slack',
  url: 'https://slack.com/api/chat.postMessage',
  header: {
    name: 'Authorization',
    value: SecretValue.secretsManager('fleetwide/slack').unsafeUnwrap(),
  },
  events: ['ApprovalNeeded', 'DispatchFinished'],
  body: `{"channel": ${JSON.stringify(channel)}, "text": "<message>", "unfurl_links": false}`,
});
