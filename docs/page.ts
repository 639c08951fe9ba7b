/**
 * The report page's script and style as text, with their hashes for its policy: what Report writes into
 * every page. A file in the repository, so that the function's bundle and Node itself take it alike.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const CLIENT = fileURLToPath(new URL('../report/page/client/', import.meta.url));

export async function pageAssets(): Promise<string> {
  const [script, style] = await Promise.all([bundled('main.ts', 'iife'), bundled('style.css')]);
  return [
    "/** Written by `npm run docs` out of client/; a test checks that it is current. Don't edit. */",
    `export const SCRIPT =\n  ${literal(script)};`,
    `export const SCRIPT_SHA256 = '${sha256(script)}';`,
    `export const STYLE =\n  ${literal(style)};`,
    `export const STYLE_SHA256 = '${sha256(style)}';`,
    '',
  ].join('\n');
}

async function bundled(entry: string, format?: 'iife'): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: CLIENT,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    target: ['chrome120', 'firefox120', 'safari17'],
    ...(format && { format }),
    // As ASCII the same bytes are hashed whatever a viewer takes the encoding for.
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`${entry}: esbuild made nothing`);
  const text = file.text.trimEnd();
  // It stands inside an element that these would end or turn into something else.
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`${entry}: not fit to be inline`);
  return text;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

const literal = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
