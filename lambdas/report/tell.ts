/** How a dispatch ended, for the event bus and for CloudWatch. */
import { METRICS, nodesMetric } from '../../contract/metrics.ts';
import { keys } from '../../contract/names.ts';
import { OUTCOMES } from '../../contract/outcomes.ts';
import type { StoredRequest } from '../../contract/stored.ts';
import type { Report } from '../../report/report.ts';
import type { HubDeps } from '../shared/hub.ts';

type Deps = Pick<HubDeps, 'events' | 'meter' | 'bucket'>;

export async function tell(
  { events, meter, bucket }: Deps,
  { request }: StoredRequest,
  report: Report,
): Promise<void> {
  const { dispatch, requester, startedAt, endedAt, succeeded, matched, counts } = report;
  meter.count(METRICS.finished);
  meter.count(METRICS.failed, succeeded ? 0 : 1);
  meter.seconds(METRICS.duration, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  meter.count(METRICS.matched, matched);
  // All of them, also those that are 0: a gap in a graph would say that nobody counted.
  for (const outcome of OUTCOMES) meter.count(nodesMetric(outcome), counts[outcome] ?? 0);
  await events.tell('DispatchFinished', {
    dispatch,
    requester,
    ...(request.schedule && { schedule: request.schedule.name }),
    succeeded,
    ...(report.error && { error: report.error }),
    matched,
    counts,
    skippedShards: report.skippedShards.length,
    startedAt,
    endedAt,
    report: `s3://${bucket}/${keys.report(dispatch, 'json')}`,
  });
}
