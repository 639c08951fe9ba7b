import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Config } from '../../contract/config.ts';
import { exchangeKeys, HOST_ROLE, NODE_ROLE, SPOKE_PATH } from '../../contract/names.ts';

export type Spokes = Pick<Config, 'organizationId' | 'accounts' | 'onboarding' | 'nodes'>;

/**
 * The bucket's half of what nodes may do (lib/policies/node.ts is theirs): those of the organisation, or of
 * the accounts that the configuration names. Nobody, where it names none.
 */
export function exchange(bucket: s3.IBucket, config: Spokes): readonly iam.PolicyStatement[] {
  const who = nodesOf(config);
  if (!who) return [];
  const statement = (sid: string, actions: readonly string[], resource: string) =>
    new iam.PolicyStatement({ sid, actions: [...actions], resources: [resource], ...who });
  return [
    // Artifacts say nothing by themselves, and only the dispatcher writes them.
    statement('ReadArtifacts', ['s3:GetObject'], bucket.arnForObjects(exchangeKeys.artifacts)),
    // Each account under its own number, so that none sees or replaces another's: the variable is the
    // caller's account, as IAM knows it.
    statement(
      'WriteOwnOutput',
      ['s3:PutObject', 's3:PutObjectAcl'],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      bucket.arnForObjects(exchangeKeys.outputOf('${aws:PrincipalAccount}')),
    ),
    // The agent asks before it uploads (amazon-ssm-agent, agent/s3util).
    statement('AskEncryption', ['s3:GetEncryptionConfiguration'], bucket.bucketArn),
  ];
}

/** Whose nodes reach the exchange buckets. */
export function spokesOf(config: Omit<Spokes, 'nodes'>): {
  readonly by: 'organization' | 'accounts' | 'none';
  readonly accounts: readonly string[];
} {
  if (config.organizationId) return { by: 'organization', accounts: [] };
  const accounts = [...new Set([...config.accounts, ...(config.onboarding?.accounts ?? [])])];
  return { by: accounts.length > 0 ? 'accounts' : 'none', accounts };
}

export interface Nodes {
  readonly principals: iam.IPrincipal[];
  readonly conditions: {
    readonly StringEquals?: Readonly<Record<string, string>>;
    readonly ArnLike?: Readonly<Record<string, string>>;
  };
}

/** The nodes of the spokes, as principals and conditions; undefined: nobody's. */
export function nodesOf(config: Spokes): Nodes | undefined {
  const { by, accounts } = spokesOf(config);
  if (by === 'none') return undefined;
  const role = NODE_ROLES[config.nodes.credentials];
  const conditions = {
    // An organisation has no principal of its own: it is everybody, bound by what AWS says about a caller.
    // Naming its accounts would end at some hundred.
    ...(config.organizationId && {
      StringEquals: { 'aws:PrincipalOrgID': config.organizationId },
    }),
    ...(role && {
      ArnLike: { 'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::*:role${SPOKE_PATH}${role}` },
    }),
  };
  return {
    principals:
      by === 'organization'
        ? [new iam.AnyPrincipal()]
        : accounts.map((account) => new iam.ArnPrincipal(root(account))),
    conditions,
  };
}

/** What a node is, where Fleetwide makes its role; others have names that only their owners know. */
const NODE_ROLES = {
  instanceProfile: NODE_ROLE,
  defaultHostManagement: HOST_ROLE,
  own: undefined,
} as const;

const root = (account: string) => `arn:${Aws.PARTITION}:iam::${account}:root`;
