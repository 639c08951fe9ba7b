/** Looks at the trust policy of a dispatch role with a role that its account has for its administrators. */
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { DISPATCH_ROLE, roleArn } from '../../contract/names.ts';
import { CliError, EXIT } from '../exit.ts';

/** `role`: its name, with its path. Null: there is no dispatch role. */
export async function trustOf(
  sts: STSClient,
  { partition, account, role }: { partition: string; account: string; role: string },
): Promise<string | null> {
  try {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn(partition, account, role.replace(/^\//, '')),
        RoleSessionName: 'fleetwide-doctor',
      }),
    );
    const iam = new IAMClient({
      region: await sts.config.region(),
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: DISPATCH_ROLE }));
    return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('NoSuchEntity')) return null;
    throw new CliError(
      `--inspect-as ${role}: cannot look at ${DISPATCH_ROLE} in ${account}: ${String(error)}`,
      EXIT.broken,
    );
  }
}
