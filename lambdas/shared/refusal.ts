import { FleetwideError } from '../../contract/errors.ts';
import { METRICS } from '../../contract/metrics.ts';
import type { HubDeps } from './hub.ts';

/** Whose dispatch a step refuses. */
export interface Refused {
  readonly dispatch: string;
  readonly requester: string;
  readonly startedAt: string;
  readonly schedule?: string;
}

/**
 * Runs a step that may end the dispatch before there is a report: whoever waits for its end is told of that
 * one too. By the error's name alone; its text may quote the request.
 */
export async function tellingRefusal<T>(
  { events, meter, now }: Pick<HubDeps, 'events' | 'meter' | 'now'>,
  whose: () => Promise<Refused>,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof FleetwideError)) throw error;
    meter.count(METRICS.finished);
    meter.count(METRICS.failed);
    await events.tell('DispatchFinished', {
      ...(await whose()),
      succeeded: false,
      error: error.name,
      matched: 0,
      counts: {},
      skippedShards: 0,
      endedAt: new Date(now()).toISOString(),
    });
    throw error;
  }
}
