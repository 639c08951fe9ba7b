/** Plans, progress and reports as lines. Pure: values in, text out. */
import { OUTCOMES } from '../contract/outcomes.ts';
import type { Dropped, Plan, StoredRequest } from '../contract/stored.ts';
import { actionText } from '../report/page/action.ts';
import type { Report } from '../report/report.ts';
import type { OutputGroup } from '../report/summary.ts';
import { bold, coloured, count, harmless, sizeText, table } from './text.ts';

export const droppedText = ({ reason, by, key }: Dropped): string =>
  reason === 'overlap'
    ? `Dropped: dispatch ${by} of the same schedule had not ended; nothing was sent`
    : `Dropped: dispatch ${by} came before${key ? ` with the key ${key}` : ''}; nothing was sent`;

const MOST_SHARDS = 40;

const MOST_ACTION_LINES = 10;

/** What is sent, and who asks for it. */
export function whatText({ request }: Pick<StoredRequest, 'request'>): string {
  const { action, requester } = request;
  const lines = harmless(actionText(action)).trimEnd().split('\n');
  const more = lines.length - MOST_ACTION_LINES;
  return [
    `${bold(action.type)}, asked for by ${harmless(requester)}`,
    ...lines.slice(0, MOST_ACTION_LINES).map((line) => `  > ${line}`),
    ...(more > 0 ? [`  > … ${count(more, 'more line')}`] : []),
  ].join('\n');
}

export function planText(plan: Plan): string {
  const shown = plan.shards.slice(0, MOST_SHARDS);
  const rows = shown.map((s) => [
    s.account,
    s.region,
    s.skipped ? '-' : String(s.matched),
    s.skipped ? '-' : String(s.sendable),
    s.skipped
      ? `all: ${s.skipped.code}${s.skipped.action ? ` on ${s.skipped.action}` : ''}`
      : Object.entries(s.nodesSkipped)
          .map(([code, n]) => `${n} ${code}`)
          .join(', '),
  ]);
  const waves = plan.waves.map((w, i) => `wave ${i + 1}: ${count(w.nodes, 'node')} (${w.size})`);
  return [
    bold(
      `Plan: ${count(plan.matched, 'node')} matched, ${plan.sendable} to send to, ${count(plan.shards.length, 'shard')}`,
    ),
    table([['account', 'Region', 'matched', 'send', 'skipped'], ...rows]),
    ...(plan.shards.length > MOST_SHARDS
      ? [`  … and ${count(plan.shards.length - MOST_SHARDS, 'more shard')}`]
      : []),
    `  ${waves.join(', ') || 'nothing to send'}; ${count(plan.errorsAllowed, 'error')} allowed; about ${count(plan.expectedCalls, 'call')} to Systems Manager${priceText(plan)}`,
    ...(plan.notFound.length > 0 ? [`  found nowhere: ${plan.notFound.join(', ')}`] : []),
  ].join('\n');
}

function priceText({ expectedDollars: dollars }: Plan): string {
  if (dollars === undefined) return '';
  const price = dollars < 0.01 ? 'less than $0.01' : `$${dollars.toFixed(2)}`;
  return `, ${price} if a node takes five minutes`;
}

export function reportText(report: Report, bucket: string, key: string): string {
  const { counts } = report;
  const tally = OUTCOMES.filter((o) => counts[o]).map((o) => coloured(o, `${counts[o]} ${o}`));
  const verdict = report.succeeded
    ? coloured('succeeded', 'Succeeded')
    : coloured('failed', `Failed: ${report.error}`);
  return [
    bold(`Outcomes of ${count(report.matched, 'matched node')}`),
    `  ${tally.join('  ') || 'none'}`,
    ...report.skippedShards.map(
      ({ account, region, reason }) =>
        `  ${coloured('denied', 'not reached')} ${account} ${region}: ${reason.code}${reason.action ? ` on ${reason.action}` : ''}`,
    ),
    ...report.groups.flatMap(groupText),
    ...(report.mayStillRun > 0
      ? [
          `  ${coloured('unknown', 'may still run')} on ${count(report.mayStillRun, 'node')}; the rows of the report say where`,
        ]
      : []),
    ...(report.moreGroups > 0
      ? [`  … ${count(report.moreGroups, 'more node')} in other groups`]
      : []),
    ...(report.files
      ? [
          `Fetched: ${count(report.files.count, 'file')}, ${sizeText(report.files.bytes)}; fleetwide files ${report.dispatch} --to <directory>`,
        ]
      : []),
    ...(report.approvals ?? []).map(
      ({ wave, approved, by, at, reason }) =>
        `  wave ${wave} ${approved ? 'approved' : 'rejected'} by ${harmless(by)} at ${at}${reason ? `: ${harmless(reason)}` : ''}`,
    ),
    verdict,
    ...(report.succeeded ? [] : [`  ${harmless(report.cause)}`]),
    `Report: s3://${bucket}/${key}`,
    `  its page: fleetwide report ${report.dispatch} --open`,
  ].join('\n');
}

const MOST_LINES = 5;

function groupText(group: OutputGroup): string[] {
  const more = group.nodes - group.examples.length;
  const who = `${group.examples.map(harmless).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const exit = group.exitCode === undefined ? '' : `, exit code ${group.exitCode}`;
  const why = group.reason ? ` (${harmless(group.reason.message)})` : '';
  return [
    `${coloured(group.outcome)}: ${count(group.nodes, 'node')}${exit}${why}: ${who}`,
    ...excerpt(group, 'stdout', '  | '),
    ...excerpt(group, 'stderr', '  ! '),
  ];
}

/** How it began; of what did not succeed how it ended, which is where it says why. */
function excerpt(group: OutputGroup, name: 'stdout' | 'stderr', mark: string): string[] {
  const apart = group.apart?.includes(name) ?? false;
  if (group[name] === '') return apart ? [`${mark}… long: fleetwide logs shows it`] : [];
  const lines = harmless(group[name]).replace(/\n$/, '').split('\n');
  const last = group.outcome !== 'succeeded';
  const shown = last ? lines.slice(-MOST_LINES) : lines.slice(0, MOST_LINES);
  const left = lines.length - shown.length;
  const more = apart ? 'more: fleetwide logs shows it' : count(left, 'more line');
  const rest = apart || left > 0 ? [`${mark}… ${more}`] : [];
  const said = shown.map((line) => mark + line);
  return last ? [...rest, ...said] : [...said, ...rest];
}
