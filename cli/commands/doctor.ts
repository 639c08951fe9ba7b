/** `fleetwide doctor`: whether a dispatch would get through, and what to do where it would not. */
import { randomBytes } from 'node:crypto';
import type { Cause, DoctorOutput, ShardFacts } from '../../contract/doctor.ts';
import { AccountId, Region } from '../../contract/primitives.ts';
import { wrong } from '../../contract/problems.ts';
import type { AddCommand, Cli } from '../command.ts';
import { examine } from '../doctor/hub.ts';
import { probe } from '../doctor/probe.ts';
import { type Row, rowsOf } from '../doctor/remedies.ts';
import { trustOf } from '../doctor/trust.ts';
import { CliError, EXIT, type Exit } from '../exit.ts';
import type { Hub } from '../hub.ts';
import { readRequest } from '../requestFile.ts';
import { table } from '../text.ts';

interface Flags {
  readonly accounts?: string;
  readonly regions?: string;
  readonly request?: string;
  readonly inspectAs?: string;
  readonly probe?: boolean;
}

type Shard = { readonly account: string; readonly region: string };

export const doctor: AddCommand = (program, cli) => {
  program
    .command('doctor')
    .description('whether a dispatch would get through to each account and Region, and what helps')
    .option('--accounts <ids>', 'account ids, separated by commas')
    .option('--regions <regions>', 'Regions, separated by commas (default: those of the settings)')
    .option('--request <file>', 'the accounts and Regions of a request, instead of the flags above')
    .option(
      '--inspect-as <role>',
      'a role of the accounts that you may assume, to see why a dispatch role refuses',
    )
    .option('--probe', 'run a harmless script on one node per account and Region, through S3')
    .addHelpText(
      'after',
      `
Ends with 0 when nothing is broken, with 1 when something is. Warnings alone break nothing.

Examples:
  fleetwide doctor --accounts 111122223333,444455556666 --regions eu-west-1
  fleetwide doctor --request restart.json --probe
  fleetwide doctor --request restart.json --inspect-as OrganizationAccountAccessRole --json`,
    )
    .action(async (flags: Flags) => {
      cli.ends(await look(cli, flags));
    });
};

async function look(cli: Cli, flags: Flags): Promise<Exit> {
  const shards = await shardsOf(cli, flags);
  const hub = await cli.hub();
  const name = `doctor-${randomBytes(6).toString('hex')}`;
  const place = { partition: hub.partition, account: hub.account, region: hub.region };
  const ask = { requester: hub.caller, trusts: [], shards };
  const seen = await examine(hub.clients.sfn, place, ask, name);
  const causes =
    flags.inspectAs === undefined
      ? new Map<string, Cause>()
      : await inspect(hub, seen, flags.inspectAs, `${name}-t`);
  const rows = [
    ...rowsOf(seen, causes),
    ...(flags.probe ? await probe(hub, `${name}-p`, candidatesOf(seen.shards)) : []),
  ];
  cli.show(rows, () => tableOf(rows));
  return rows.some(({ state }) => state === 'broken') ? EXIT.nodes : EXIT.succeeded;
}

async function shardsOf(cli: Cli, flags: Flags): Promise<Shard[]> {
  const request = flags.request === undefined ? undefined : await readRequest(flags.request);
  const settings = await cli.settings({ regions: flags.regions });
  const accounts = request?.targets.accounts ?? list(flags.accounts);
  const regions = request?.targets.regions ?? list(settings.regions?.value);
  const selected = accounts.filter((account) => !AccountId.safeParse(account).success);
  if (selected.length > 0)
    throw new CliError(
      `doctor looks at accounts by id, not ${selected.join(', ')}: give --accounts (accounts.json of a plan of the request lists them)`,
      EXIT.request,
    );
  const unknown = regions.filter((region) => !Region.safeParse(region).success);
  if (accounts.length === 0 || regions.length === 0 || unknown.length > 0)
    throw new CliError(
      wrong(
        unknown.length > 0
          ? `${unknown.join(', ')} is no Region`
          : 'no account or no Region to look at',
        'give --accounts and --regions, or --request',
      ),
      EXIT.request,
    );
  return accounts.flatMap((account) => regions.map((region) => ({ account, region })));
}

const list = (text = ''): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** What the trust policies of roles that refused turn out to be. */
async function inspect(hub: Hub, { closed }: DoctorOutput, role: string, name: string) {
  const { partition, account, region, clients } = hub;
  const trusts = [];
  for (const { account: spoke, reason } of closed)
    if (reason.code === 'AccessDenied')
      trusts.push({
        account: spoke,
        policy: await trustOf(clients.sts, { partition, account: spoke, role }),
      });
  if (trusts.length === 0) return new Map<string, Cause>();
  const ask = { requester: hub.caller, trusts, shards: [] };
  const judged = await examine(clients.sfn, { partition, account, region }, ask, name);
  return new Map(judged.trusts.map((each) => [each.account, each.cause]));
}

const candidatesOf = (shards: readonly ShardFacts[]) =>
  shards.flatMap(({ account, region, candidate }) =>
    candidate === undefined ? [] : [{ account, region, node: candidate }],
  );

const tableOf = (rows: readonly Row[]): string =>
  table(
    [
      ['account', 'region', 'check', 'state', 'found', 'what to do'],
      ...rows.map((row) => [
        row.account,
        row.region ?? '-',
        row.check,
        row.state,
        row.found,
        row.remedy ?? '-',
      ]),
    ],
    '',
  );
