/** `fleetwide config init`: flags and answers → a configuration that can be deployed. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseConfig } from '../contract/config.ts';
import { FleetwideError } from '../contract/errors.ts';
import type { Cli } from './command.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import { listOf } from './requests.ts';
import type { Terminal } from './terminal.ts';

export interface InitFlags {
  readonly hub?: string;
  readonly home?: string;
  readonly regions?: string;
  readonly organization?: string;
  readonly accounts?: string;
  readonly output: string;
  readonly force?: boolean;
}

/** What is written: the ExternalId is made at the first synthesis and kept in a file of its own. */
interface Draft {
  readonly hub: { readonly account: string; readonly region: string };
  readonly regions: readonly string[];
  readonly organizationId?: string;
  readonly accounts?: readonly string[];
}

export async function init({ terminal, show }: Cli, flags: InitFlags): Promise<Exit> {
  const draft = await answered(terminal, flags);
  checked(draft, flags.output);
  const file = resolve(flags.output);
  const text = `${JSON.stringify(draft, null, 2)}\n`;
  await writeFile(file, text, { flag: flags.force ? 'w' : 'wx' }).catch((error: unknown) => {
    const there = typeof error === 'object' && error && 'code' in error && error.code === 'EEXIST';
    throw new CliError(
      there ? `${file} is there already; --force replaces it` : `cannot write: ${String(error)}`,
      EXIT.request,
    );
  });
  show({ file, config: draft }, () =>
    [
      `Wrote ${file}.`,
      'What it will cost: npx fleetwide cost. Next, with credentials of the hub: npx cdk bootstrap (once per Region), npx cdk deploy Hub "HubRegion-*";',
      'then make accounts spokes of it: docs/onboarding.md.',
    ].join('\n'),
  );
  return EXIT.succeeded;
}

async function answered(terminal: Terminal, flags: InitFlags): Promise<Draft> {
  const account = flags.hub ?? (await asked(terminal, '--hub', 'The account that dispatches:'));
  const region = flags.home ?? (await asked(terminal, '--home', 'Its home Region:'));
  const others =
    flags.regions ??
    (await asked(
      terminal,
      '--regions',
      `Regions to dispatch to, with commas [${region}]:`,
      region,
    ));
  const organization =
    flags.organization ??
    (flags.accounts === undefined
      ? await asked(terminal, '--organization or --accounts', 'Organisation id, o-… [none]:', '')
      : '');
  const accounts =
    flags.accounts ??
    (organization === ''
      ? await asked(terminal, '--accounts', 'Accounts to reach, with commas:')
      : '');
  return {
    hub: { account, region },
    // The exchange bucket of the home Region stands beside the others.
    regions: [...new Set([region, ...listOf(others)])],
    ...(organization !== '' && { organizationId: organization }),
    ...(accounts !== '' && { accounts: listOf(accounts) }),
  };
}

/** `instead` is what an empty answer means. */
async function asked(
  terminal: Terminal,
  flag: string,
  question: string,
  instead?: string,
): Promise<string> {
  if (!terminal.interactive) throw new CliError(`nobody to ask here: give ${flag}`, EXIT.request);
  for (;;) {
    const answer = await terminal.ask(`${question} `);
    if (answer === undefined) throw new CliError('nothing was written', EXIT.request);
    const text = answer.trim() || instead;
    if (text !== undefined) return text;
  }
}

/** All problems at once, before anything is written; a stand-in for what is made later. */
function checked(draft: Draft, output: string): void {
  try {
    parseConfig({ ...draft, externalId: 'x'.repeat(16) });
  } catch (error) {
    if (!(error instanceof FleetwideError)) throw error;
    throw new CliError(
      [
        `${output} was not written:`,
        ...error.problems.map((p) => `- ${p.path}: ${p.message}. ${p.remedy}`),
      ].join('\n'),
      EXIT.request,
    );
  }
}
