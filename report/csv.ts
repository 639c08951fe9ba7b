/** Results as CSV (RFC 4180), one line per node, as tableRow makes it. */
import type { Row } from '../contract/stored.ts';

const COLUMNS = [
  'account',
  'region',
  'node',
  'name',
  'wave',
  'outcome',
  'exitCode',
  'status',
  'statusDetails',
  'reason',
  'startedAt',
  'endedAt',
  'mayStillRun',
  'stdoutBytes',
  'stdoutSha256',
  'stderrBytes',
  'stderrSha256',
  'file',
  'fileBytes',
  'fileSha256',
] as const;

export const csvHead = (): string => `${COLUMNS.join(',')}\r\n`;

export const csvLine = (row: Row): string =>
  `${[
    row.account,
    row.region,
    row.node,
    row.name,
    row.wave,
    row.outcome,
    row.exitCode,
    row.status,
    row.statusDetails,
    row.reason && `${row.reason.code}: ${row.reason.message}`,
    row.startedAt,
    row.endedAt,
    row.mayStillRun && 'true',
    row.stdout?.bytes,
    row.stdout?.sha256,
    row.stderr?.bytes,
    row.stderr?.sha256,
    row.file?.key,
    row.file?.bytes,
    row.file?.sha256,
  ]
    .map(cell)
    .join(',')}\r\n`;

/**
 * Names and reasons come from nodes and services: a cell that a spreadsheet would run as a formula is
 * defused with an apostrophe.
 */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  const text = /^[=+\-@\t\r]/.test(String(value)) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
