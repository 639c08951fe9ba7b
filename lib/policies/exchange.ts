import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Config } from '../../contract/config.ts';
import { exchangeKeys } from '../../contract/names.ts';

type Spokes = Pick<Config, 'organizationId' | 'accounts' | 'onboarding'>;

/**
 * The bucket's half of what nodes may do (lib/policies/node.ts is theirs): those of the organisation, or of
 * the accounts that the configuration names. Nobody, where it names none.
 */
export function exchange(bucket: s3.IBucket, config: Spokes): readonly iam.PolicyStatement[] {
  const who = spokes(config);
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

function spokes({ organizationId, accounts, onboarding }: Spokes) {
  if (organizationId)
    return {
      // Bound by the organisation; naming its accounts would end at some hundred.
      principals: [new iam.AnyPrincipal()],
      conditions: { StringEquals: { 'aws:PrincipalOrgID': organizationId } },
    };
  const named = [...new Set([...accounts, ...(onboarding?.accounts ?? [])])];
  if (named.length === 0) return undefined;
  return { principals: named.map((account) => new iam.ArnPrincipal(root(account))) };
}

const root = (account: string) => `arn:${Aws.PARTITION}:iam::${account}:root`;
