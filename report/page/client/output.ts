/** What a node wrote, as text and nothing else. */
import { harmless } from '../../harmless.ts';
import type { PageData, PageEnding, PageFile, PageStream } from '../data.ts';
import { el } from './dom.ts';
import { bytes, number, plural } from './format.ts';
import { objectLink } from './links.ts';
import { pieces } from './pieces.ts';

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
export const elsewhere = (dispatch: string, node: string): string =>
  `fleetwide logs ${dispatch} --node ${node}`;

export function stream(
  name: Name,
  { bytes: size, sha256, truncated, text, key }: PageStream,
  data: PageData,
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
      text !== undefined && key !== undefined && ', also in ',
      text !== undefined && key !== undefined && objectLink(data, key),
    ),
    size > 0 &&
      (text === undefined
        ? el(
            'p',
            { class: 'note' },
            'Not in this page: ',
            key !== undefined && objectLink(data, key),
            key !== undefined && ', or ',
            el('code', {}, elsewhere(data.dispatch, node)),
          )
        : whole(name, text)),
  );
}

/** Megabytes are laid out where they are looked at only: each piece is a block of its own. */
function whole(name: Name, text: string): HTMLElement {
  const [first = '', ...rest] = pieces(harmless(text));
  return el(
    'pre',
    { tabindex: 0, role: 'region', 'aria-label': name },
    ...(rest.length === 0
      ? [first]
      : [first, ...rest].map((piece) => el('span', { class: 'piece' }, piece))),
  );
}

/** Where it lies, and how to get it. */
export const fetched = ({ bytes: size, sha256, key }: PageFile, data: PageData, node: string) =>
  el(
    'p',
    { class: 'note' },
    `Fetched: ${bytes(size)}, SHA-256 ${sha256}, `,
    objectLink(data, key),
    ', or ',
    el('code', {}, `fleetwide files ${data.dispatch} --node ${node} --to .`),
  );

const LINES = 6;

/** For a look at many at once: how it began where all went well, else how it ended, for that says why. */
export function excerpt(
  name: Name,
  output: PageStream | undefined,
  { outcome }: Pick<PageEnding, 'outcome'>,
  data: PageData,
): HTMLElement | undefined {
  if (!output || output.bytes === 0) return undefined;
  if (output.text === undefined)
    return el(
      'p',
      { class: 'note' },
      `${name}: ${bytes(output.bytes)}, not in this page`,
      output.key !== undefined && ': ',
      output.key !== undefined && objectLink(data, output.key),
    );
  const lines = harmless(output.text).replace(/\n$/, '').split('\n');
  const more = lines.length - LINES;
  const well = outcome === 'succeeded';
  const left = (text: string) => more > 0 && el('span', { class: 'note' }, text);
  return el(
    'pre',
    { 'data-stream': name, tabindex: 0, role: 'region', 'aria-label': name },
    !well && left(`… ${plural(more, 'line')} before\n`),
    (well ? lines.slice(0, LINES) : lines.slice(-LINES)).map(short).join('\n'),
    well && left(`\n… ${plural(more, 'more line')}`),
  );
}

const MOST_OF_A_LINE = 2_000;

/** A line may be a file of its own. */
const short = (line: string): string =>
  line.length <= MOST_OF_A_LINE
    ? line
    : `${line.slice(0, MOST_OF_A_LINE)}… ${number(line.length - MOST_OF_A_LINE)} more characters`;
