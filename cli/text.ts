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

/** Characters that JSON allows as they are and terminals obey: C1 controls, DEL, and what turns the writing direction. */
const STEERING = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text that is JSON, with the same value and nothing in it that steers a terminal. */
export const harmlessJson = (json: string): string =>
  json.replaceAll(STEERING, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const jsonOf = (value: unknown, indent?: number): string =>
  harmlessJson(JSON.stringify(value, null, indent));

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
