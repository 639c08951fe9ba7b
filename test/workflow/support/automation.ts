/** The role that runbooks act as, as an account would make it, and runbooks of accounts. */
import { type Statement } from '../../../local/core/policy.ts';
import { REGIONS, SPOKES, type World } from './world.ts';

export const ROLE = 'fleetwide-automation';

export function putAutomationRole(
  world: World,
  allowed: readonly string[],
  accounts: readonly string[] = SPOKES,
): void {
  const Statement: Statement = { Effect: 'Allow', Action: [...allowed], Resource: '*' };
  for (const account of accounts)
    world.aws.iam.putRole({
      account,
      name: ROLE,
      trust: {
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'ssm.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:SourceAccount': account },
            ArnLike: { 'aws:SourceArn': `arn:aws:ssm:*:${account}:automation-execution/*` },
          },
        },
      },
      inline: { runbooks: { Statement } },
    });
}

export function putRunbook(world: World, name: string, mainSteps: readonly object[], more = {}) {
  for (const account of SPOKES)
    for (const region of REGIONS)
      world.aws.runbooks.put({
        account,
        region,
        name,
        content: {
          schemaVersion: '0.3',
          assumeRole: '{{ AutomationAssumeRole }}',
          parameters: { AutomationAssumeRole: { type: 'String', default: '' } },
          mainSteps,
          ...more,
        },
      });
}
