/** `fleetwide files`: what a dispatch fetched from its nodes, and where to put it. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FetchedFile, Row } from '../../contract/stored.ts';
import { type AddCommand, type Cli, several } from '../command.ts';
import { CliError, EXIT, type Exit } from '../exit.ts';
import type { Hub } from '../hub.ts';
import { isNode, rowsOf } from '../rows.ts';
import { harmless, sizeText, table } from '../text.ts';

interface Flags {
  readonly to?: string;
  readonly node?: readonly string[];
}

export const files: AddCommand = (program, cli) => {
  program
    .command('files')
    .description('what was fetched from the nodes; with --to it is brought here')
    .argument('<id>', 'dispatch id')
    .option(
      '--to <directory>',
      'puts each into <directory>/<account>/<region>/<node>/, its SHA-256 verified',
    )
    .option('--node <id or name>', 'only of this node; repeatable', several)
    .addHelpText(
      'after',
      `
A directory of a node is one archive, <name>.tar.gz. What ended otherwise than well has no file:
fleetwide results says why. With --json: an object per line and file.

Examples:
  fleetwide files logs-2026-11-21
  fleetwide files logs-2026-11-21 --to ./logs --node web-1a`,
    )
    .action(async (id: string, flags: Flags) => {
      cli.ends(await told(cli, id, flags));
    });
};

type Fetched = Row & { readonly file: FetchedFile };
const isFetched = (row: Row): row is Fetched => row.file !== undefined;

async function told(cli: Cli, id: string, { to, node }: Flags): Promise<Exit> {
  const hub = await cli.hub();
  const rows = await rowsOf(hub, id);
  const missing = (node ?? []).filter((wanted) => !rows.some(isNode([wanted])));
  if (missing.length > 0)
    throw new CliError(`dispatch ${id} has no node ${missing.join(', ')}`, EXIT.request);
  const wanted = rows.filter(isFetched).filter(node ? isNode(node) : () => true);
  if (wanted.length === 0)
    throw new CliError(
      `dispatch ${id} has no files: fleetwide results ${id} says how it ended on each node`,
      EXIT.request,
    );
  if (to === undefined) list(cli, hub, wanted);
  else for (const row of wanted) await bring(cli, hub, row, to);
  return EXIT.succeeded;
}

const HEAD = ['account', 'Region', 'node', 'name', 'size', 'SHA-256', 'where'];

function list(cli: Cli, { bucket }: Hub, rows: readonly Fetched[]): void {
  if (cli.json()) for (const row of rows) cli.print(JSON.stringify(headOf(row)));
  else
    cli.print(
      table(
        [
          HEAD,
          ...rows.map(({ account, region, node, name = '', file }) => [
            account,
            region,
            node,
            harmless(name),
            sizeText(file.bytes),
            file.sha256,
            `s3://${bucket}/${file.key}`,
          ]),
        ],
        '',
      ),
    );
}

const headOf = ({ account, region, node, name, file }: Fetched) => ({
  account,
  region,
  node,
  name,
  ...file,
});

/** Written beside, verified, renamed: nobody takes half of it for the whole. */
async function bring(cli: Cli, hub: Hub, row: Fetched, to: string): Promise<void> {
  const { account, region, node, file } = row;
  const directory = join(to, account, region, node);
  const path = join(directory, basename(file.key));
  const beside = join(directory, `.fleetwide-${randomUUID()}`);
  const body = await hub.bytes(file.key);
  if (!body)
    throw new CliError(
      `s3://${hub.bucket}/${file.key} is gone: the bucket's lifecycle rule or a person removed it`,
      EXIT.broken,
    );
  await mkdir(directory, { recursive: true });
  try {
    const hash = createHash('sha256');
    await pipeline(
      body,
      async function* hashed(pieces: AsyncIterable<Uint8Array>) {
        for await (const piece of pieces) {
          hash.update(piece);
          yield piece;
        }
      },
      createWriteStream(beside),
    );
    const sum = hash.digest('hex');
    if (sum !== file.sha256)
      throw new CliError(
        `s3://${hub.bucket}/${file.key}: SHA-256 is ${sum}, the node read ${file.sha256}; it was not kept`,
        EXIT.broken,
      );
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
  if (cli.json()) cli.print(JSON.stringify({ ...headOf(row), local: path }));
  else cli.print(path);
}
