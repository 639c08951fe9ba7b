/** What a fact means for whoever has to mend it: rows of an account, and of each of its Regions. */
import type { Cause, DoctorOutput, ShardFacts, Some } from '../../contract/doctor.ts';
import { DISPATCH_ROLE } from '../../contract/names.ts';
import type { Reason } from '../../contract/stored.ts';
import { count } from '../text.ts';

export interface Row {
  readonly account: string;
  /** Absent: of the account as a whole. */
  readonly region?: string;
  readonly check:
    | 'role'
    | 'region'
    | 'calls'
    | 'documents'
    | 'nodes'
    | 'offline'
    | 'unmanaged'
    | 'agents'
    | 'exchange'
    | 'probe';
  readonly state: 'ok' | 'warning' | 'broken';
  readonly found: string;
  readonly remedy?: string;
  /** Nodes that it is about, the first of them. */
  readonly nodes?: readonly string[];
}

type Finding = Pick<Row, 'found' | 'remedy'>;

const REDEPLOY = 'Deploy SpokeAccount there again, from the configuration of this hub';
const CAUSES: Readonly<Record<Cause | 'refused', readonly [found: string, remedy: string]>> = {
  missing: [
    `missing: there is no role ${DISPATCH_ROLE}`,
    'Deploy SpokeAccount there, or put the account under an OU that is onboarded',
  ],
  trust: ['trust: the role trusts another hub, or other roles of this one', REDEPLOY],
  externalId: [
    'ExternalId: the role asks for another one',
    'Deploy SpokeAccount there again, with the externalId or fleetwide.external-id of this hub',
  ],
  organization: [
    'trust: the role asks for callers of another organisation',
    'Mend organizationId in the configuration and deploy SpokeAccount there again',
  ],
  none: [
    'the role would let the hub in, yet AWS refuses',
    'Look for a resource control policy there, or wait a minute for a change that is new',
  ],
  refused: [
    'refused: the role is missing, or its trust or its ExternalId is another (AWS answers the same to all three)',
    'Deploy SpokeAccount there; --inspect-as with a role that may iam:GetRole there tells which it is',
  ],
};

const SCP = 'Have the policy allow it, in the management account of the organisation';
const AGAIN = 'Deploy SpokeAccount there again: its dispatch role is older than this hub';
const OUTAGE = 'Try again; look whether AWS has an outage';

/** `seen`: what the trust policies of closed accounts turned out to be. */
export function rowsOf(
  { closed, shards }: Pick<DoctorOutput, 'closed' | 'shards'>,
  seen: ReadonlyMap<string, Cause>,
  agentAtLeast: string,
): readonly Row[] {
  return [
    ...closed.map(({ account, reason }): Row => ({
      account,
      check: 'role',
      state: 'broken',
      ...refused(reason, seen.get(account)),
    })),
    ...shards.flatMap((facts) => shardRows(facts, agentAtLeast)),
  ];
}

function refused(reason: Reason, cause: Cause | undefined): Finding {
  const policy = controlPolicy(reason);
  if (policy) return { found: `SCP: ${reason.action} is denied by a ${policy}`, remedy: SCP };
  if (/identity-based policy/.test(reason.message))
    return {
      found: `the hub's own role may not ${reason.action}`,
      remedy: 'Take away what denies it there, and deploy the Hub stack again',
    };
  if (/explicit deny in a resource-based policy/.test(reason.message))
    return { found: 'trust: the trust policy of the role denies it', remedy: REDEPLOY };
  if (reason.code !== 'AccessDenied') return { found: said(reason), remedy: OUTAGE };
  if (reason.action === 'sts:SetSourceIdentity')
    return {
      found: 'trust: the role lets nobody say who asks (sts:SetSourceIdentity)',
      remedy: AGAIN,
    };
  const [found, remedy] = CAUSES[cause ?? 'refused'];
  return { found, remedy };
}

function shardRows(facts: ShardFacts, agentAtLeast: string): readonly Row[] {
  const { account, region } = facts;
  const row = (check: Row['check'], state: Row['state'], finding: Finding, some?: Some): Row => ({
    account,
    region,
    check,
    state,
    ...finding,
    ...(some && { nodes: some.named }),
  });
  if (facts.enabled === false)
    return [
      row('region', 'broken', {
        found: 'the account has not opted in to this Region',
        remedy: `Opt in (aws account enable-region --region-name ${region}), or leave the Region out`,
      }),
    ];
  const rows = facts.troubles.map((reason) => row('calls', 'broken', troubled(reason)));
  for (const { documents, reason } of facts.hidden)
    rows.push(row('documents', 'broken', hidden(documents, reason)));
  if (!facts.exchange)
    rows.push(
      row('exchange', 'warning', {
        found: 'the hub has no exchange bucket in this Region: no scripts, files or output by S3',
        remedy: 'Add the Region to "regions" of the configuration and deploy HubRegion-*',
      }),
    );
  rows.push(...nodeRows(facts, agentAtLeast, row));
  return rows;
}

function nodeRows(
  { troubles, online, offline, old, unmanaged, visible }: ShardFacts,
  agentAtLeast: string,
  row: (check: Row['check'], state: Row['state'], finding: Finding, some?: Some) => Row,
): Row[] {
  const rows: Row[] = [];
  const listed = !troubles.some(({ action }) => action?.startsWith('ssm:'));
  if (listed)
    rows.push(
      row('nodes', 'ok', {
        found: `${count(online, 'node')} online, ${offline.count} offline, ${unmanaged.count} unmanaged; ${count(visible, 'document')} visible`,
      }),
    );
  if (offline.count > 0)
    rows.push(
      row(
        'offline',
        'warning',
        {
          found: `offline: ${named(offline)}`,
          remedy:
            'Start them, or look at the agent and its way to Systems Manager (docs/onboarding.md)',
        },
        offline,
      ),
    );
  if (old.count > 0)
    rows.push(
      row(
        'agents',
        'warning',
        {
          found: `agent before ${agentAtLeast}: ${named(old)}`,
          remedy:
            'Update it (examples/update-agent); before 3.3.40.0 it needs the endpoint ec2messages',
        },
        { ...old, named: old.named.map((name) => name.replace(/ .*/, '')) },
      ),
    );
  if (unmanaged.count > 0)
    rows.push(
      row(
        'unmanaged',
        'warning',
        {
          found: `running, and no managed node: ${named(unmanaged)}`,
          remedy:
            'Give them the agent, the instance profile fleetwide-node, and a way to Systems Manager',
        },
        unmanaged,
      ),
    );
  return rows;
}

function troubled(reason: Reason): Finding {
  const policy = controlPolicy(reason);
  if (policy) return { found: `SCP: ${reason.action} is denied by a ${policy}`, remedy: SCP };
  return reason.code === 'AccessDenied'
    ? { found: `the dispatch role may not ${reason.action}`, remedy: AGAIN }
    : { found: said(reason), remedy: OUTAGE };
}

function hidden(documents: Some, reason: Reason): Finding {
  if (controlPolicy(reason)) return troubled(reason);
  if (reason.code === 'AccessDenied')
    return {
      found: `the dispatch role may not ${reason.action} ${named(documents)}`,
      remedy: 'Name it in "documents" of the configuration, and deploy SpokeAccount there again',
    };
  return {
    found: `not visible (${reason.code}): ${named(documents)}`,
    remedy: 'Create it there, or share it with the account; or take it out of "documents"',
  };
}

/** As AWS words it (IAM User Guide, "Troubleshoot access denied error messages"). */
const controlPolicy = ({ message }: Reason): string | undefined =>
  /(service|resource) control policy/.exec(message)?.[0];

const said = ({ code, action, message }: Reason): string =>
  `${action ?? 'AWS'} answers ${code}: ${message}`;

const named = ({ count: all, named: names }: Some): string =>
  `${names.join(', ')}${all > names.length ? ` and ${all - names.length} more` : ''}`;
