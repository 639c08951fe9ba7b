/** What a node wrote, as text and nothing else. */
import type { PageEnding, PageFile, PageStream } from '../data.ts';
import { el } from './dom.ts';
import { bytes } from './format.ts';

type Name = 'stdout' | 'stderr';

export const why = ({ exitCode, reason, statusDetails }: PageEnding): string =>
  [
    exitCode === undefined ? '' : `exit code ${exitCode}`,
    reason ? `${reason.message}${reason.action ? ` (${reason.action})` : ''}` : '',
    !reason && statusDetails && statusDetails !== 'Success' ? statusDetails : '',
  ]
    .filter((text) => text !== '')
    .join(': ');

/** The command that shows what the page has no room for. */
const elsewhere = (dispatch: string, node: string): string =>
  `fleetwide logs ${dispatch}${node === '' ? '' : ` --node ${node}`}`;

export function stream(
  name: Name,
  { bytes: size, sha256, truncated, text, key }: PageStream,
  dispatch: string,
  node: string,
): HTMLElement {
  const cut = truncated ? ', cut by Systems Manager' : '';
  return el(
    'figure',
    { class: 'stream', 'data-stream': name },
    el(
      'figcaption',
      {},
      `${name}, ${bytes(size)}${cut}`,
      size > 0 && el('span', { class: 'hash', title: sha256 }, ` SHA-256 ${sha256.slice(0, 12)}`),
    ),
    size > 0 &&
      (text === undefined
        ? el(
            'p',
            { class: 'note' },
            'Not in this page: ',
            el('code', {}, key ?? elsewhere(dispatch, node)),
            key !== undefined && ' in the results bucket, or ',
            key !== undefined && el('code', {}, elsewhere(dispatch, node)),
          )
        : el('pre', { tabindex: 0, role: 'region', 'aria-label': name }, text)),
  );
}

/** Where it lies, and how to get it. */
export const fetched = ({ bytes: size, sha256, key }: PageFile, dispatch: string, node: string) =>
  el(
    'p',
    { class: 'note' },
    `Fetched: ${bytes(size)}, SHA-256 ${sha256}, `,
    el('code', {}, key),
    ' in the results bucket, or ',
    el('code', {}, `fleetwide files ${dispatch} --node ${node} --to .`),
  );

const LINES = 6;

/** The first lines, for a look at many at once. */
export function excerpt(name: Name, output: PageStream | undefined): HTMLElement | undefined {
  if (!output || output.bytes === 0) return undefined;
  if (output.text === undefined)
    return el('p', { class: 'note' }, `${name}: ${bytes(output.bytes)}, not in this page`);
  const lines = output.text.replace(/\n$/, '').split('\n');
  const more = lines.length - LINES;
  return el(
    'pre',
    { 'data-stream': name, tabindex: 0, role: 'region', 'aria-label': name },
    lines.slice(0, LINES).join('\n'),
    more > 0 && el('span', { class: 'note' }, `\n… ${more} more lines`),
  );
}
