/** Text for a terminal. */
import { styleText } from 'node:util';
import type { Outcome } from '../contract/outcomes.ts';

export { harmless } from '../report/harmless.ts';

const COLOURS: Readonly<Record<Outcome, 'green' | 'red' | 'yellow' | 'gray'>> = {
  succeeded: 'green',
  failed: 'red',
  timedOut: 'red',
  undeliverable: 'red',
  denied: 'red',
  invalidPlatform: 'red',
  terminated: 'yellow',
  cancelled: 'yellow',
  skipped: 'yellow',
  unknown: 'red',
};

/** Colour only where stdout is a terminal and NO_COLOR is not set (styleText looks). */
export const coloured = (outcome: Outcome, text: string = outcome): string =>
  styleText(COLOURS[outcome], text, { stream: process.stdout });

export const bold = (text: string): string => styleText('bold', text, { stream: process.stdout });

/** Columns padded to their widest cell. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map(
      (row) =>
        indent +
        row
          .map((c, i) => c.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd(),
    )
    .join('\n');
}

export const count = (n: number, noun: string): string =>
  `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function sizeText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit]}`;
}
