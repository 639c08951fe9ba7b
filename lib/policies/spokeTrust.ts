import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../contract/config.ts';
import { DISPATCHER_PATH } from '../../contract/names.ts';

/**
 * Who may enter a spoke: the dispatcher's roles of the hub, and nobody else.
 * The hub's account is the principal and aws:PrincipalArn narrows it, since a role's ARN as principal is
 * stored as the role's unique id: re-creating the hub would lock it out of every spoke.
 */
export function spokeTrust(config: Config): readonly iam.PolicyStatement[] {
  const { account } = config.hub;
  const from: iam.Conditions = {
    ArnLike: {
      'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${account}:role${DISPATCHER_PATH}*`,
    },
  };
  const organisation = config.organizationId && { 'aws:PrincipalOrgID': config.organizationId };
  const statement = (sid: string, action: string, conditions: iam.Conditions) =>
    new iam.PolicyStatement({
      sid,
      actions: [action],
      principals: [new iam.AccountPrincipal(account)],
      conditions,
    });
  return [
    // The dispatcher's roles of the hub alone, with the ExternalId of this installation.
    statement('Enter', 'sts:AssumeRole', {
      ...from,
      StringEquals: { 'sts:ExternalId': config.externalId, ...organisation },
    }),
    // Says who asked, and gives no session by itself. Not bound to sts:ExternalId, which the service
    // authorization reference lists for AssumeRole alone.
    statement('SayWhoAsked', 'sts:SetSourceIdentity', {
      ...from,
      ...(organisation && { StringEquals: organisation }),
    }),
  ];
}
