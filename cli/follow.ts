/** Follows a dispatch from its start to its end, printing what changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '../contract/names.ts';
import { Dropped, Plan, Progress } from '../contract/stored.ts';
import { Report } from '../report/report.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import type { Hub } from './hub.ts';
import { planText, reportText } from './show.ts';
import { count } from './text.ts';

const LOOK_EVERY_MS = 700;

export type Print = (line: string) => void;

export async function follow(hub: Hub, id: string, print: Print): Promise<Exit> {
  const progress = watcher(hub, id);
  let planShown = false;
  for (;;) {
    // The status first: what is read after it belongs to it, or is newer.
    const execution = await hub.execution(id);
    if (!planShown) {
      const plan = await hub.find(Plan, keys.plan(id));
      if (plan) print(planText(plan));
      planShown = plan !== undefined;
    }
    if (planShown) for (const line of await progress()) print(line);
    if (execution.status !== 'RUNNING') return ended(hub, id, execution, print);
    await sleep(LOOK_EVERY_MS);
  }
}

/** Lines of progress since the last look; reads only the notebooks that changed. */
function watcher(hub: Hub, id: string): () => Promise<string[]> {
  const seen = new Map<string, string>();
  const groups = new Map<string, { sent: number; ended: number; total: number }>();
  let last = '';
  return async () => {
    const root = `${keys.root(id)}/progress/`;
    for (const [key, etag] of await hub.list(root)) {
      if (seen.get(key) === etag) continue;
      seen.set(key, etag);
      const page = await hub.find(Progress, key);
      if (page) groups.set(key, countBatches(page));
    }
    const waves = Map.groupBy(groups.entries(), ([key]) => key.slice(root.length).split('/')[0]);
    const lines = [...waves].map(([wave, entries]) => {
      const of = (field: 'sent' | 'ended' | 'total') =>
        entries.reduce((n, [, group]) => n + group[field], 0);
      return `wave ${Number(wave) + 1}: ${count(of('total'), 'node')}, ${of('sent')} sent, ${of('ended')} ended`;
    });
    const text = lines.at(-1) ?? '';
    if (text === last) return [];
    last = text;
    return [text];
  };
}

function countBatches(page: Progress): { sent: number; ended: number; total: number } {
  const sum = { sent: 0, ended: 0, total: 0 };
  for (const { batches } of page.shards)
    for (const { state, nodes } of batches) {
      sum.total += nodes.length;
      if (state !== 'planned' && state !== 'refused') sum.sent += nodes.length;
      if (state === 'done' || state === 'refused') sum.ended += nodes.length;
    }
  return sum;
}

async function ended(
  hub: Hub,
  id: string,
  execution: { status: string; error: string; cause: string },
  print: Print,
): Promise<Exit> {
  const dropped = await hub.find(Dropped, keys.dropped(id));
  if (dropped) {
    print(`Dropped: duplicate of ${dropped.duplicateOf} (dedupe ${dropped.key}); nothing was sent`);
    return EXIT.succeeded;
  }
  const key = keys.report(id, 'json');
  const report = await hub.find(Report, key);
  if (report) {
    print(reportText(report, hub.bucket, key));
    return report.succeeded ? EXIT.succeeded : EXIT.nodes;
  }
  if (execution.status === 'SUCCEEDED') {
    print(`Planned; nothing was sent. Plan: s3://${hub.bucket}/${keys.plan(id)}`);
    return EXIT.succeeded;
  }
  const { error, cause } = execution;
  throw new CliError(
    `dispatch ${id} ${execution.status}: ${error}\n${causeText(cause)}`,
    error === 'InvalidRequest' ? EXIT.request : EXIT.broken,
  );
}

/** A Lambda's cause is JSON with the message in it. */
export function causeText(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed)
      return String(parsed.errorMessage);
  } catch {
    // Not JSON: the text itself.
  }
  return cause;
}
