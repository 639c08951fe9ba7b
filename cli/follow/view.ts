/** The state of a wave → lines. Pure. */
import type { Failure } from '../../contract/failure.ts';
import { OUTCOMES } from '../../contract/outcomes.ts';
import { bold, coloured, count, harmless } from '../text.ts';
import { countsOf, type GroupState, type WaveState } from './watch.ts';

const BAR = 20;
/** Groups that get a line; the first that are not over. */
const MOST_GROUPS = 10;
const MOST_ACCOUNTS = 3;
const MOST_TAIL_LINES = 5;

/** What is shown while it runs: a line for the wave, one for each group that is not over. */
export function liveLines(state: WaveState, waves: number, now: number): string[] {
  const groups = [...state.groups].toSorted(([a], [b]) => a - b);
  const open = groups.filter(([, group]) => !group.counts);
  const shown = groups.length > 1 ? open.slice(0, MOST_GROUPS) : [];
  return [
    `${bold(`wave ${state.wave + 1}/${waves}`)} ${line(
      groups.map(([, g]) => g),
      state.nodes,
      now,
    )}`,
    ...shown.map(([, group]) => `  ${accountsOf(group)}  ${line([group], group.nodes, now)}`),
    ...(shown.length < open.length && groups.length > 1
      ? [`  … and ${count(open.length - shown.length, 'more group')}`]
      : []),
  ];
}

/** For a pipe: one line that tells the same. */
export function plainLine(state: WaveState, waves: number): string {
  const { counts, sent, ended } = countsOf(state.groups.values());
  const tally = OUTCOMES.filter((o) => counts[o]).map((o) => `${counts[o]} ${o}`);
  return `wave ${state.wave + 1}/${waves}: ${count(state.nodes, 'node')}, ${sent} sent, ${ended} ended${tally.length > 0 ? `: ${tally.join(', ')}` : ''}`;
}

function line(groups: readonly GroupState[], nodes: number, now: number): string {
  const { counts, ended } = countsOf(groups);
  const done = nodes === 0 ? BAR : Math.floor((ended * BAR) / nodes);
  const tally = OUTCOMES.filter((o) => counts[o]).map((o) => coloured(o, `${counts[o]} ${o}`));
  return [
    `${'█'.repeat(done)}${'░'.repeat(BAR - done)}`,
    `${ended.toLocaleString('en-US')}/${nodes.toLocaleString('en-US')}`,
    ...tally,
    ...pace(groups, nodes - ended, ended, now),
  ].join('  ');
}

/** Nodes a second since the first send, and how long the rest takes at that. */
function pace(groups: readonly GroupState[], left: number, ended: number, now: number): string[] {
  const seconds = (now - Math.min(...groups.map((g) => g.startedAt))) / 1000;
  if (ended === 0 || seconds <= 0) return [`${duration(Math.max(0, seconds))} so far`];
  const rate = ended / seconds;
  const text = rate >= 1 ? `${rate.toFixed(1)}/s` : `${(rate * 60).toFixed(1)}/min`;
  return left > 0 ? [text, `ETA ${duration(left / rate)}`] : [text];
}

export function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (!Number.isFinite(s)) return '-';
  if (s < 60) return `${s} s`;
  const two = (n: number) => String(n).padStart(2, '0');
  return s < 3600
    ? `${Math.floor(s / 60)}:${two(s % 60)}`
    : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

function accountsOf({ accounts }: GroupState): string {
  const more = accounts.length - MOST_ACCOUNTS;
  return `${accounts.slice(0, MOST_ACCOUNTS).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A failure as it becomes known, with the end of what the node wrote. */
export function failureLines(failure: Failure): string[] {
  const who = failure.name ? `${failure.name} (${failure.node})` : failure.node;
  const exit = failure.exitCode === undefined ? '' : `, exit code ${failure.exitCode}`;
  // An exit code says enough.
  const why = !exit && failure.message ? `: ${harmless(failure.message)}` : '';
  const tail = harmless(failure.tail).trimEnd().split('\n').slice(-MOST_TAIL_LINES);
  return [
    `${coloured(failure.outcome)} ${harmless(who)} ${failure.account} ${failure.region}${exit}${why}`,
    ...tail.filter((each) => each !== '').map((each) => `  | ${each}`),
  ];
}
