/** The bundler as a process of its own, as `lib/bundle.ts` starts it: its plugins need a loop of events, the CDK has none. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { STEPS } from '../contract/names.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The SDK's clients write the keys of their schemas as constants: `{ [_xN]: … }`. To esbuild such a key may do
 * anything when it is evaluated, so it keeps the schemas of all operations, 700 of EC2's alone. With the key itself
 * in its place it drops those that nobody uses.
 */
const literalKeys: Plugin = {
  name: 'literal-keys',
  setup(bundling) {
    bundling.onLoad(
      { filter: /[/\\]client-[^/\\]+[/\\]dist-es[/\\]schemas[/\\]schemas_0\.js$/ },
      literal,
    );
  },
};

async function literal({ path }: { readonly path: string }) {
  const text = await readFile(path, 'utf-8');
  const values = new Map(
    Array.from(text.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm), ([, name, value]) => [
      name,
      value,
    ]),
  );
  const contents = text.replaceAll(/\[(_\w+)\]:/g, (key, name: string) =>
    values.has(name) ? `${values.get(name)}:` : key,
  );
  return { contents, loader: 'js' } as const;
}

await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(STEPS.map((s) => [`${s}/index`, `lambdas/${s}/handler.ts`])),
  outdir: process.argv[2] ?? '',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // ESM first: the same library twice, once per module system, would only weigh.
  mainFields: ['module', 'main'],
  // Some CommonJS inside calls require() for Node's own modules.
  banner: {
    js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  },
  minify: true,
  // Error names are part of the contract with the state machine.
  keepNames: true,
  charset: 'utf8',
  logLevel: 'warning',
  plugins: [literalKeys],
});
