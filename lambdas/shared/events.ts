/** The hub's event bus, as the steps see it: what they tell never fails a dispatch. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { detailOf, EVENT_SOURCE, type EventName, type Told } from '../../contract/events.ts';
import { METRICS } from '../../contract/metrics.ts';
import type { Meter } from './metrics.ts';
import type { Log } from './step.ts';

export interface Events {
  /** Tells once more when the step is repeated; never throws. */
  tell<N extends EventName>(name: N, told: Told<N>): Promise<void>;
}

export interface EventsDeps {
  readonly client: Pick<EventBridgeClient, 'send'>;
  readonly log: Pick<Log, 'warn'>;
  readonly meter: Meter;
}

export const createEvents = ({ client, log, meter }: EventsDeps): Events => ({
  async tell(name, told) {
    const lost = (code: string, message: string) => {
      meter.count(METRICS.eventsLost);
      log.warn('event lost', { event: name, code, reason: message });
    };
    try {
      const { Entries = [] } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              Source: EVENT_SOURCE,
              DetailType: name,
              Detail: JSON.stringify(detailOf(name, told)),
            },
          ],
        }),
      );
      // The bus takes or refuses each entry for itself, in an answer that is a success.
      for (const { ErrorCode, ErrorMessage = '' } of Entries)
        if (ErrorCode !== undefined) lost(ErrorCode, ErrorMessage);
    } catch (error) {
      lost(error instanceof Error ? error.name : 'Error', String(error));
    }
  },
});
