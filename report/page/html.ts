/** The page: one file, nothing fetched, and nothing in it runs but the script below, known by its hash. */
import { OUTCOMES } from '../../contract/outcomes.ts';
import { harmless } from '../harmless.ts';
import { SCRIPT, SCRIPT_SHA256, STYLE, STYLE_SHA256 } from './assets.ts';
import { type Home, objectUri, objectUrl } from './console.ts';
import type { PageData } from './data.ts';
import { verdictOf } from './verdict.ts';

/** Without `unsafe-inline`: a script that output smuggles in would have another hash. */
const POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${SCRIPT_SHA256}'`,
  `style-src 'sha256-${STYLE_SHA256}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export const html = (data: PageData): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(data.dispatch)} · Fleetwide</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<noscript>${withoutScript(data)}</noscript>`,
    `<script type="application/json" id="data">${jsonFor(data)}</script>`,
    `<script>${SCRIPT}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');

/**
 * JSON that cannot end its element, nor begin a comment in it (HTML, "script data double escaped state"):
 * no `<`, `>` or `&` is left.
 */
const jsonFor = (data: PageData): string =>
  JSON.stringify(data).replaceAll(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const escaped = (text: string): string =>
  harmless(text).replaceAll(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function linked(home: Home, key: string): string {
  const url = objectUrl(home, key);
  const uri = escaped(objectUri(home, key));
  return url === undefined ? uri : `<a href="${escaped(url)}">${uri}</a>`;
}

/** For viewers that let no script run, as those of build servers do. */
function withoutScript(data: PageData): string {
  const tally = OUTCOMES.filter((o) => data.counts[o]).map((o) => `${data.counts[o]} ${o}`);
  return [
    '<main>',
    `<h1>${escaped(data.dispatch)}: ${verdictOf(data).toLowerCase()}${data.succeeded ? '' : `, ${escaped(data.error)}`}</h1>`,
    `<p>Asked for by ${escaped(data.requester)}, ${escaped(data.startedAt)} to ${escaped(data.endedAt)}.</p>`,
    `<p>${data.plan.matched} nodes matched: ${tally.join(', ') || 'none'}.</p>`,
    `<pre>${escaped(data.action)}</pre>`,
    `<p>This page needs its script to show the nodes. They are also in ${data.tables.map((key) => linked(data.home, key)).join(' and ')}.</p>`,
    '</main>',
  ].join('');
}
