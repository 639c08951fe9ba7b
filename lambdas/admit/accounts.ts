/** The selectors of a request → the accounts that are dispatched to. */
import pMap from 'p-map';
import { AccountList, accountChoice, type AccountChoice } from '../../contract/accounts.ts';
import { FleetwideError, type Problem } from '../../contract/errors.ts';
import { accountListKey } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import type { SelectedAccounts } from '../../contract/stored.ts';
import type { AdmissionDeps } from '../shared/hub.ts';
import { isNotThere, type Member, type Organization } from '../shared/organization.ts';
import { tagTest } from '../shared/tags.ts';
import { createUnits, type Units } from './units.ts';

type Deps = Pick<AdmissionDeps, 'store' | 'organization'>;

export interface Resolved {
  readonly accounts: readonly string[];
  readonly summary: SelectedAccounts;
}

const CALLS_AT_ONCE = 5;
const ACTIVE = 'ACTIVE';
/** An account that is named by its id is taken as it is: nobody need ask the organisation about it. */
const named = (Id: string): Member => ({ Id, State: ACTIVE });

export async function resolveAccounts(deps: Deps, targets: Request['targets']): Promise<Resolved> {
  const problems: Problem[] = [];
  const units = deps.organization && createUnits(deps.organization);
  const select = async (field: 'accounts' | 'excludeAccounts'): Promise<Map<string, Member>> => {
    const found = new Map<string, Member>();
    for (const [i, selector] of targets[field].entries()) {
      const members = await membersOf(deps, units, selector, (message, remedy) =>
        problems.push({ path: `targets.${field}[${i}]`, message, remedy }),
      );
      for (const member of members) found.set(member.Id, member);
    }
    return found;
  };
  const chosen = await select('accounts');
  const excluded = await select('excludeAccounts');
  const left = [...chosen.values()].filter(({ Id }) => !excluded.has(Id));
  const active = left.filter(({ State }) => State === ACTIVE).map(({ Id }) => Id);
  const accounts = await carrying(deps, targets.accountTags, active, problems);
  if (problems.length === 0 && accounts.length === 0 && targets.accounts.length > 0)
    problems.push({
      path: 'targets.accounts',
      message: `come to no account (${chosen.size} selected, ${chosen.size - left.length} excluded, ${left.length - active.length} not active${targets.accountTags ? ', none of the rest with the tags' : ''})`,
      remedy: 'Select accounts that are active and not excluded',
    });
  if (problems.length > 0)
    throw new FleetwideError('InvalidRequest', `request: ${problems.length} problem(s)`, problems);
  return {
    accounts,
    summary: {
      selected: accounts.length,
      notActive: left
        .filter(({ State }) => State !== ACTIVE)
        .map(({ Id, State }) => ({ account: Id, state: State })),
      excluded: chosen.size - left.length,
    },
  };
}

type Complain = (message: string, remedy: string) => unknown;

async function membersOf(
  deps: Deps,
  units: Units | undefined,
  selector: string,
  complain: Complain,
): Promise<Member[]> {
  const choice = accountChoice(selector);
  if (!choice) return [];
  if (choice.kind === 'account') return [named(choice.id)];
  if (choice.kind === 'list') return listed(deps, choice.name, complain);
  if (!deps.organization || !units) {
    complain(
      `"${selector}" asks for an organisation, and this installation names none`,
      'Give organizationId in fleetwide.config.json and deploy the Hub stack; or name accounts by id or list',
    );
    return [];
  }
  if (choice.kind === 'organization') return deps.organization.accounts();
  const unit = await unitOf(units, choice, complain);
  return unit === undefined ? [] : membersIn(deps.organization, units, unit, complain);
}

async function listed({ store }: Deps, name: string, complain: Complain): Promise<Member[]> {
  const list = await store.find(AccountList, accountListKey(name));
  if (!list)
    complain(
      `there is no list "${name}" in the hub`,
      `Put {"accounts": [...]} into ${accountListKey(name)} of the results bucket`,
    );
  return list?.accounts.map(named) ?? [];
}

async function unitOf(
  units: Units,
  choice: Extract<AccountChoice, { kind: 'unit' | 'path' }>,
  complain: Complain,
): Promise<string | undefined> {
  if (choice.kind === 'unit') return choice.id;
  const found = await units.find(choice.names, choice.anchored);
  if (found.length === 1) return found[0]?.id;
  const name = choice.names.join('/');
  if (found.length === 0)
    complain(
      `no organizational unit is called "${name}"`,
      'Look for its name or id in the console',
    );
  else
    complain(
      `${found.length} organizational units are called "${name}": ${found.map(({ id, path }) => `/${path.join('/')} (${id})`).join(', ')}`,
      'Give the path from the root, or the id',
    );
  return undefined;
}

async function membersIn(
  organization: Organization,
  units: Units,
  unit: string,
  complain: Complain,
): Promise<Member[]> {
  try {
    const ids = await units.subtree(unit);
    const members = await pMap(ids, (id) => organization.accountsIn(id), {
      concurrency: CALLS_AT_ONCE,
    });
    return members.flat();
  } catch (error) {
    if (!isNotThere(error)) throw error;
    complain(`the organisation has no unit ${unit}`, 'Look for its id in the console');
    return [];
  }
}

/** Those with the tags, in the order given. */
async function carrying(
  { organization }: Deps,
  wanted: Request['targets']['accountTags'],
  accounts: readonly string[],
  problems: Problem[],
): Promise<readonly string[]> {
  if (!wanted) return accounts;
  if (!organization) {
    problems.push({
      path: 'targets.accountTags',
      message: 'asks for tags of an organisation, and this installation names none',
      remedy:
        'Give organizationId in fleetwide.config.json and deploy the Hub stack, or leave it out',
    });
    return accounts;
  }
  const test = tagTest(wanted);
  const carries = await pMap(
    accounts,
    (account) =>
      organization.tags(account).then(test, (error: unknown) => {
        if (isNotThere(error)) return false;
        throw error;
      }),
    { concurrency: CALLS_AT_ONCE },
  );
  return accounts.filter((_, i) => carries[i]);
}
