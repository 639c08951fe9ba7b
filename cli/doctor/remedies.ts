/** What a fact means for whoever has to mend it: one row per account, or per account and Region. */
import type { Cause, DoctorOutput, ShardFacts } from '../../contract/doctor.ts';
import { OLD_AGENT } from '../../contract/doctor.ts';
import type { Reason } from '../../contract/stored.ts';

export interface Row {
  readonly account: string;
  /** Absent: of the account as a whole. */
  readonly region?: string;
  readonly check: 'role' | 'region' | 'nodes' | 'documents' | 'agents' | 'unmanaged' | 'probe';
  readonly state: 'ok' | 'warning' | 'broken';
  readonly found: string;
  readonly remedy?: string;
}

const CAUSES: Readonly<Record<Cause | 'refused', readonly [found: string, remedy: string]>> = {
  missing: ['there is no role fleetwide-dispatch', 'Deploy SpokeAccount there'],
  trust: [
    'the role trusts another hub, or other roles of this one',
    'Deploy SpokeAccount there again, from the configuration of this hub',
  ],
  externalId: [
    'the role asks for another ExternalId',
    'Deploy SpokeAccount there again, with the fleetwide.external-id or externalId of this hub',
  ],
  organization: [
    'the role asks for callers of another organisation',
    'Mend organizationId in the configuration and deploy SpokeAccount there again',
  ],
  none: [
    'the role would let the hub in, yet AWS refuses',
    'Look for a resource control policy there, or wait a minute for a change that is new',
  ],
  refused: [
    'refused: the role is missing, or its trust or its ExternalId is another (AWS tells these alike)',
    'Deploy SpokeAccount there; --inspect-as with a role that may iam:GetRole there tells which it is',
  ],
};

const SCP = 'Let the policy allow it, in the organisation’s management account';
const AGAIN = 'Deploy SpokeAccount there again: its dispatch role is older than this hub';

/** `seen`: what the trust policies of closed accounts turned out to be. */
export function rowsOf(
  { closed, shards }: DoctorOutput,
  seen: ReadonlyMap<string, Cause>,
): readonly Row[] {
  return [
    ...closed.map(({ account, reason }): Row => roleRow(account, reason, seen.get(account))),
    ...shards.flatMap(shardRows),
  ];
}

function roleRow(account: string, reason: Reason, cause: Cause | undefined): Row {
  const row = { account, check: 'role', state: 'broken' } as const;
  const policy = controlPolicy(reason);
  if (policy) return { ...row, found: `${reason.action} is denied by a ${policy}`, remedy: SCP };
  if (/identity-based policy/.test(reason.message))
    return {
      ...row,
      found: `the hub’s own role may not ${reason.action}`,
      remedy: 'Deploy the Hub stack again',
    };
  if (reason.code !== 'AccessDenied')
    return { ...row, found: said(reason), remedy: 'Try again; look whether AWS has an outage' };
  const [found, remedy] = CAUSES[cause ?? 'refused'];
  return { ...row, found, remedy };
}

function shardRows(facts: ShardFacts): readonly Row[] {
  const { account, region } = facts;
  const row = { account, region };
  if (facts.optedIn === false)
    return [
      {
        ...row,
        check: 'region',
        state: 'broken',
        found: 'the account has not opted in to this Region',
        remedy: 'Enable it (aws account enable-region), or leave it out of the request',
      },
    ];
  const rows: Row[] = facts.troubles.map((reason) => ({
    ...row,
    check: 'nodes',
    state: 'broken',
    ...troubled(reason),
  }));
  for (const { document, reason } of facts.hidden)
    rows.push({ ...row, check: 'documents', state: 'broken', ...hidden(document, reason) });
  if (facts.offline > 0)
    rows.push({
      ...row,
      check: 'nodes',
      state: 'warning',
      found: `${facts.offline} of ${facts.online + facts.offline} nodes are offline`,
      remedy:
        'Start them, or look at the agent and its way to Systems Manager (docs/onboarding.md)',
    });
  if (facts.old > 0)
    rows.push({
      ...row,
      check: 'agents',
      state: 'warning',
      found: `${facts.old} nodes have agents before ${OLD_AGENT}`,
      remedy: 'Update them (AWS-UpdateSSMAgent), or keep the endpoint ec2messages',
    });
  if (facts.unmanaged > 0)
    rows.push({
      ...row,
      check: 'unmanaged',
      state: 'warning',
      found: `${facts.unmanaged} running EC2 instances are no managed nodes`,
      remedy:
        'Give them the agent, the instance profile fleetwide-node, and a way to Systems Manager',
    });
  if (rows.length === 0)
    rows.push({ ...row, check: 'nodes', state: 'ok', found: `${facts.online} nodes online` });
  return rows;
}

function troubled(reason: Reason): Pick<Row, 'found' | 'remedy'> {
  const policy = controlPolicy(reason);
  if (policy) return { found: `${reason.action} is denied by a ${policy}`, remedy: SCP };
  return reason.code === 'AccessDenied'
    ? { found: `the dispatch role may not ${reason.action}`, remedy: AGAIN }
    : { found: said(reason), remedy: 'Try again; look whether AWS has an outage there' };
}

function hidden(document: string, reason: Reason): Pick<Row, 'found' | 'remedy'> {
  if (reason.code === 'AccessDenied') return troubled(reason);
  return {
    found: `document ${document} is not visible: ${reason.code}`,
    remedy: 'Create or share it there, or take it out of "documents" in the configuration',
  };
}

/** As AWS words it (IAM User Guide, "Troubleshoot access denied error messages"). */
const controlPolicy = ({ message }: Reason): string | undefined =>
  /(service|resource) control policy/.exec(message)?.[0];

const said = ({ code, action, message }: Reason): string =>
  `${action ?? 'AWS'} answers ${code}: ${message}`;
