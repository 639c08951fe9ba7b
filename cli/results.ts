import { keys } from '../contract/names.ts';
import { Row } from '../contract/stored.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import type { Print } from './follow.ts';
import { connect } from './hub.ts';
import { harmless, table } from './text.ts';

const FORMATS = ['table', 'jsonl', 'csv'] as const;

export async function results(
  options: { region?: string; profile?: string },
  id: string,
  format: string,
  print: Print,
): Promise<Exit> {
  if (!FORMATS.some((f) => f === format))
    throw new CliError(`--format ${format}: expected ${FORMATS.join(', ')}`, EXIT.request);
  const hub = await connect(options);
  const text = await hub.text(keys.report(id, format === 'csv' ? 'csv' : 'jsonl'));
  if (text === undefined) {
    const { status } = await hub.execution(id);
    throw new CliError(`dispatch ${id} has no report (${status})`, EXIT.broken);
  }
  if (format === 'table') print(tableOf(await hub.lines(Row, keys.report(id, 'jsonl'))));
  else print(text.trimEnd());
  return EXIT.succeeded;
}

const HEAD = ['account', 'Region', 'node', 'name', 'outcome', 'exit', 'output'];
const MOST_CHARACTERS = 60;

const tableOf = (rows: readonly Row[]): string =>
  table(
    [
      HEAD,
      ...rows.map((row) => [
        row.account,
        row.region,
        row.node,
        harmless(row.name ?? ''),
        row.outcome,
        row.exitCode === undefined ? '' : String(row.exitCode),
        harmless(row.stdout?.text?.split('\n')[0] ?? row.reason?.message ?? '').slice(
          0,
          MOST_CHARACTERS,
        ),
      ]),
    ],
    '',
  );
