/** `fleetwide doctor`: whether a dispatch would get through, and what to do where it would not. */
import { randomBytes } from 'node:crypto';
import type { Cause, DoctorOutput } from '../../contract/doctor.ts';
import { keys } from '../../contract/names.ts';
import { wrong } from '../../contract/problems.ts';
import { StoredRequest } from '../../contract/stored.ts';
import { type AddCommand, type Cli, several } from '../command.ts';
import { readConfigFile } from '../configFile.ts';
import { probe } from '../doctor/probe.ts';
import { type Row, rowsOf } from '../doctor/remedies.ts';
import { type Scope, scopeOfConfig, scopeOfRequest, scopeOfTargets } from '../doctor/scope.ts';
import { checked, shardsOf } from '../doctor/shards.ts';
import { CliError, EXIT, type Exit } from '../exit.ts';
import type { TargetFlags } from '../flags.ts';
import type { Hub } from '../hub.ts';
import { requesterOf } from '../requester.ts';
import { readRequest } from '../requestFile.ts';
import { listOf, targetsFrom } from '../requests.ts';
import { bold, count, harmless, table } from '../text.ts';

interface Flags extends Pick<
  TargetFlags,
  'accounts' | 'accountTag' | 'excludeAccounts' | 'regions'
> {
  readonly request?: string;
  readonly config?: string;
  readonly inspectAs?: string;
  readonly probe?: boolean;
}

export const doctor: AddCommand = (program, cli) => {
  program
    .command('doctor')
    .description('whether a dispatch would get through to each account and Region, and what helps')
    .option('--config <file>', 'the configuration whose spokes are meant (default: the nearest)')
    .option('--request <file>', 'the accounts, Regions and documents of a request instead')
    .option(
      '--accounts <list>',
      'or these: account ids, ou:<name or id>, list:<name> or organization, with commas',
    )
    .option(
      '--account-tag <key=value[,value]>',
      'those of --accounts with this tag in the organisation; repeat to narrow',
      several,
    )
    .option('--exclude-accounts <list>', 'accounts to leave out, written as for --accounts')
    .option('--regions <regions>', 'Regions, separated by commas (default: those of the settings)')
    .option(
      '--inspect-as <role>',
      'a role of the accounts that you may assume, to see why a dispatch role refuses',
    )
    .option('--probe', 'run a harmless script on one node per account and Region, through S3')
    .addHelpText(
      'after',
      `
It looks with the hub's own roles, and sends nothing without --probe. AWS answers the same to a role that is
missing, one that trusts another hub and one with another ExternalId; --inspect-as reads the role's trust policy
and tells them apart. It needs sts:AssumeRole on that role, and the role iam:GetRole.

Ends with 0 when nothing is broken, with 1 when something is. Warnings alone break nothing.

Examples:
  fleetwide doctor
  fleetwide doctor --accounts 111122223333,444455556666 --regions eu-west-1
  fleetwide doctor --request restart.json --probe
  fleetwide doctor --accounts ou:Prod --inspect-as OrganizationAccountAccessRole --json`,
    )
    .action(async (flags: Flags) => {
      cli.ends(await look(cli, flags));
    });
};

async function look(cli: Cli, flags: Flags): Promise<Exit> {
  const asked = await askedFor(cli, flags);
  if (!('plan' in asked)) checked(asked);
  const hub = await cli.hub();
  const scope = 'plan' in asked ? await scopeOfPlan(hub, asked.plan) : asked;
  const name = `doctor-${randomBytes(6).toString('hex')}`;
  const errand = { name, requester: requesterOf(hub.caller) };
  const draw = (what: string) => cli.json() || cli.terminal.draw([what]);
  draw('Looking for the accounts …');
  const { shards, closed } = await shardsOf(hub, scope, errand);
  const { documents, agentAtLeast } = scope;
  const seen = await hub.doctor.examine(
    { ...errand, shards: [...shards], documents, agentAtLeast },
    (done, all) => draw(`Looking into ${done} of ${all} accounts × Regions …`),
  );
  const found = { ...seen, closed: [...closed, ...seen.closed] };
  const causes = await inspect(hub, found, flags.inspectAs, errand);
  if (flags.probe) draw('Probing one node of each …');
  const rows = [
    ...rowsOf(found, causes, agentAtLeast),
    ...(flags.probe ? await probe(hub, errand, seen.shards) : []),
  ];
  cli.terminal.draw([]);
  cli.show(rows, () => textOf(rows));
  return rows.some(({ state }) => state === 'broken') ? EXIT.nodes : EXIT.succeeded;
}

/** What can be said before the hub is reached. */
async function askedFor(cli: Cli, flags: Flags): Promise<Scope | { readonly plan: string }> {
  if (flags.request !== undefined) {
    const start = await readRequest(flags.request);
    return 'plan' in start ? { plan: start.plan } : scopeOfRequest(start);
  }
  if (flags.accounts !== undefined) {
    const { regions } = await cli.settings({ regions: flags.regions });
    return scopeOfTargets(targetsFrom({ ...flags, ...(regions && { regions: regions.value }) }));
  }
  const config = await readConfigFile(flags.config, process.env, process.cwd());
  const scope = scopeOfConfig(config, listOf(flags.regions));
  if (scope.sets.length > 0) return scope;
  throw new CliError(
    wrong(
      'the configuration names no account in these Regions',
      'Name spokes in it (organizationId, accounts or onboarding), or give --accounts',
    ),
    EXIT.request,
  );
}

async function scopeOfPlan(hub: Hub, plan: string): Promise<Scope> {
  const stored = await hub.find(StoredRequest, keys.request(plan));
  if (stored) return scopeOfRequest(stored.request);
  throw new CliError(`there is no dispatch ${plan}`, EXIT.request);
}

/** What the trust policies of roles that refused turn out to be. */
async function inspect(
  hub: Hub,
  { closed }: DoctorOutput,
  role: string | undefined,
  { name, requester }: { readonly name: string; readonly requester: string },
): Promise<ReadonlyMap<string, Cause>> {
  const refused = closed.filter(({ reason }) => reason.code === 'AccessDenied');
  if (role === undefined || refused.length === 0) return new Map();
  const causes = new Map<string, Cause>();
  for (let i = 0; i < refused.length; i += ROLES_AT_ONCE) {
    const trusts = await Promise.all(
      refused.slice(i, i + ROLES_AT_ONCE).map(async ({ account }) => ({
        account,
        policy: await hub.doctor.trustOf(account, role),
      })),
    );
    const part = { name: `${name}-i${i}`, requester, trusts, shards: [] };
    for (const { account, cause } of (await hub.doctor.examine(part)).trusts)
      causes.set(account, cause);
  }
  return causes;
}

/** A trust policy may have 8,192 characters (IAM quotas), and an examination's input 256 KiB. */
const ROLES_AT_ONCE = 20;

function textOf(rows: readonly Row[]): string {
  const cells = rows.map(({ account, region = '', check, state, found, remedy = '' }) =>
    [account, region, check, state, found, remedy].map(harmless),
  );
  const of = (wanted: Row['state']) => rows.filter(({ state }) => state === wanted).length;
  return [
    table([['account', 'Region', 'check', 'state', 'found', 'what to do'], ...cells], ''),
    bold(`${of('broken')} broken, ${count(of('warning'), 'warning')}`),
  ].join('\n');
}
