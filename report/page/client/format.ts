/** Numbers and times as a person reads them. */

export const number = (n: number): string => n.toLocaleString('en-US');

export const plural = (n: number, noun: string): string =>
  `${number(n)} ${noun}${n === 1 ? '' : 's'}`;

/** 950 ms · 3.2 s · 4 min 5 s · 2 h 10 min. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${trimmed(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pair(minutes, 'min', seconds % 60, 's');
  return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

const trimmed = (n: number): string => n.toFixed(1).replace(/\.0$/, '');
const pair = (a: number, unit: string, b: number, smaller: string): string =>
  b === 0 ? `${a} ${unit}` : `${a} ${unit} ${b} ${smaller}`;

/** In UTC, so that a shared link says the same to everyone. */
export const instant = (iso: string): string => {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? iso
    : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
};

export const bytes = (n: number): string =>
  n < 1_000
    ? plural(n, 'byte')
    : n < 1_000_000
      ? `${trimmed(n / 1_000)} kB`
      : `${trimmed(n / 1_000_000)} MB`;

/** `timedOut` → `timed out`. */
export const words = (outcome: string): string =>
  outcome.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
