/** --request: a request in a file. */
import { readFile } from 'node:fs/promises';
import { text as read } from 'node:stream/consumers';
import { parseDocument } from 'yaml';
import { parseStart, type Start } from '../contract/request.ts';
import { CliError, EXIT } from './exit.ts';

const standardInput = (): Promise<string> => read(process.stdin);

/** JSON is YAML, so one reader serves both. YAML 1.2: `no` and `0123` stay what they look like. */
export async function readRequest(path: string): Promise<Start> {
  const reading = path === '-' ? standardInput() : readFile(path, 'utf-8');
  const text = await reading.catch((error: unknown) => {
    throw new CliError(`cannot read ${path}: ${String(error)}`, EXIT.request);
  });
  const document = parseDocument(text, { version: '1.2' });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0)
    throw new CliError(
      `${path} is neither JSON nor YAML:\n${wrong.map(({ message }) => message).join('\n')}`,
      EXIT.request,
    );
  const value: unknown = document.toJS();
  return parseStart(value);
}
