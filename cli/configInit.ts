/** `fleetwide config init`: flags and answers → a configuration that can be deployed. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { parseConfig } from '../contract/config.ts';
import { FleetwideError } from '../contract/errors.ts';
import { OuId } from '../contract/onboarding.ts';
import { AccountId, OrganizationId, Region } from '../contract/primitives.ts';
import { problemsOf } from '../contract/problems.ts';
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
  readonly units?: string;
  readonly output: string;
  readonly force?: boolean;
}

/** What is written: the ExternalId is made at the first synthesis and kept in a file of its own. */
interface Draft {
  readonly onboarding?: { readonly organizationalUnits: readonly { readonly id: string }[] };
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
      draft.onboarding
        ? 'npx cdk deploy Onboarding; then npx fleetwide doctor looks whether every account is reached.'
        : 'then make accounts spokes of it: docs/onboarding.md.',
    ].join('\n'),
  );
  return EXIT.succeeded;
}

async function answered(terminal: Terminal, flags: InitFlags): Promise<Draft> {
  const ask = asking(terminal);
  const account =
    flags.hub ?? (await ask('--hub', 'The account that dispatches:', { check: AccountId }));
  const region = flags.home ?? (await ask('--home', 'Its home Region:', { check: Region }));
  const others =
    flags.regions ??
    (await ask('--regions', `Regions to dispatch to, with commas [${region}]:`, {
      check: list(Region),
      instead: region,
    }));
  const organization =
    flags.organization ??
    (flags.accounts === undefined
      ? await ask('--organization or --accounts', 'Organisation id, o-… [none]:', {
          check: OrganizationId.or(z.literal('')),
          instead: '',
        })
      : '');
  const units =
    flags.units ??
    (organization === '' || flags.organization !== undefined
      ? ''
      : await ask(
          '--units',
          'OUs or roots whose accounts are to be reached, ou-… or r-…, with commas [none yet]:',
          { check: list(OuId), instead: '' },
        ));
  const accounts =
    flags.accounts ??
    (organization === ''
      ? await ask('--accounts', 'Accounts to reach, with commas:', { check: list(AccountId) })
      : '');
  return {
    hub: { account, region },
    // The exchange bucket of the home Region stands beside the others.
    regions: [...new Set([region, ...listOf(others)])],
    ...(organization !== '' && { organizationId: organization }),
    ...(accounts !== '' && { accounts: listOf(accounts) }),
    ...(units !== '' && {
      onboarding: { organizationalUnits: listOf(units).map((id) => ({ id })) },
    }),
  };
}

/** Items with commas between them, each as `one` wants it. */
const list = (one: z.ZodType<string>) =>
  z.string().superRefine((text, ctx) => {
    for (const item of listOf(text)) {
      const [issue] = one.safeParse(item).error?.issues ?? [];
      if (issue) ctx.addIssue({ code: 'custom', message: issue.message });
    }
  });

interface Expected {
  readonly check: z.ZodType<string>;
  /** What an empty answer means. */
  readonly instead?: string;
}

/** Asks until an answer is one: what is wrong with it is said at once. */
const asking =
  (terminal: Terminal) =>
  async (flag: string, question: string, { check, instead }: Expected): Promise<string> => {
    if (!terminal.interactive) throw new CliError(`nobody to ask here: give ${flag}`, EXIT.request);
    for (;;) {
      const answer = await terminal.ask(`${question} `);
      if (answer === undefined) throw new CliError('nothing was written', EXIT.request);
      const text = answer.trim() || instead;
      if (text === undefined) continue;
      const { success, error } = check.safeParse(text);
      if (success) return text;
      for (const { path, message, remedy } of problemsOf(error))
        terminal.print(`  ${path}${message}. ${remedy}`);
    }
  };

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
