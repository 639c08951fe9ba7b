/** Links out of the page: to what the results bucket holds, and to what shows it. */
import { executionUrl, objectUri, objectUrl } from '../console.ts';
import type { PageData } from '../data.ts';
import { el } from './dom.ts';

/** Beside the page: who follows one wants to come back. */
const out = (url: string | undefined, text: string, title?: string): HTMLElement =>
  url === undefined
    ? el('code', {}, title ?? text)
    : el('a', { href: url, target: '_blank', rel: 'noopener noreferrer', title }, text);

/** An object by its whole address, which other tools take too. */
export const objectLink = ({ home }: PageData, key: string): HTMLElement =>
  out(objectUrl(home, key), objectUri(home, key));

/** An object by its file name, where the text around says where it is. */
const fileLink = ({ home }: PageData, key: string): HTMLElement =>
  out(objectUrl(home, key), key.split('/').at(-1) ?? key, objectUri(home, key));

export const executionLink = ({ home, executionArn }: PageData): HTMLElement =>
  out(executionUrl(home, executionArn), executionArn);

export const fileLinks = (data: PageData, keys: readonly string[]): (HTMLElement | string)[] =>
  keys.flatMap((key, n) => [n === 0 ? '' : ' and ', fileLink(data, key)]);

/** Where all nodes are, listed here or not: `report.csv and report.jsonl, or with fleetwide results …`. */
export const allNodes = (data: PageData): (HTMLElement | string)[] => [
  ...fileLinks(data, data.tables),
  ', or with ',
  el('code', {}, `fleetwide results ${data.dispatch} --format csv`),
];
