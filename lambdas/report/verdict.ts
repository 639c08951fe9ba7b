/** Whether a dispatch went well, and if not, what that is called. */
import type * as z from 'zod';
import type { ErrorName } from '../../contract/errors.ts';
import { OUTCOMES } from '../../contract/outcomes.ts';
import type { ReportInput, ReportOutput } from '../../contract/steps.ts';
import { isStop, type Stop } from '../../contract/stops.ts';
import { DECIDED, type Plan, TERMINATED } from '../../contract/stored.ts';
import type { Summary } from '../../report/summary.ts';

type Input = z.infer<typeof ReportInput>;

/** The execution succeeds only if every matched node did and every shard could be read. */
export function judge(
  plan: Plan,
  { matched, counts, mayStillRun }: Summary,
  { recalled, error: stopped = '', cause: why = '' }: Input,
  { untold, named, stop }: { untold: number; named: boolean; stop: Stop | undefined },
): Pick<ReportOutput, 'succeeded' | 'error' | 'cause'> {
  const blind = plan.shards.filter((s) => s.skipped && !DECIDED.has(s.skipped.code));
  const tally = OUTCOMES.filter((o) => counts[o]).map((o) => `${counts[o]} ${o}`);
  const cause = [
    `${matched} nodes matched: ${tally.join(', ') || 'none'}`,
    ...(recalled ? [`the dispatch had ended: ${recalled.why}`] : []),
    ...(mayStillRun > 0 ? [`on ${mayStillRun} a process may still run`] : []),
    ...(plan.notFound.length > 0 ? [`${plan.notFound.length} ids were found nowhere`] : []),
    ...(blind.length > 0 ? [`${blind.length} shards could not be read: ${reasons(blind)}`] : []),
  ].join('; ');
  const fail = (error: ErrorName) => ({ succeeded: false, error, cause });
  if (isStop(stopped)) return { succeeded: false, error: stopped, cause: `${why}; ${cause}` };
  // What is gone needs nothing done; unless it was asked for by its id.
  const gone = named ? 0 : plan.shards.reduce((n, s) => n + (s.nodesSkipped[TERMINATED] ?? 0), 0);
  if (matched === gone) return fail('NothingMatched');
  const all =
    (counts.succeeded ?? 0) + gone === matched && plan.notFound.length + blind.length === 0;
  if (recalled && untold > 0) return fail('RecallIncomplete');
  if (recalled && !all) return fail('DispatchRecalled');
  if (stop) return fail(stop);
  return all ? { succeeded: true, error: '', cause: '' } : fail('NodesDidNotSucceed');
}

const MOST_REASONS = 5;

function reasons(shards: Plan['shards']): string {
  const texts = shards.map(
    ({ account, region, skipped }) =>
      `${account}/${region} ${skipped?.code ?? ''} ${skipped?.action ?? ''}`,
  );
  const more = texts.length - MOST_REASONS;
  return [...texts.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
