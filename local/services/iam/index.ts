/** IAM's API, as far as a role can be looked at. */
import type { GetRoleRequest, GetRoleResponse } from '@aws-sdk/client-iam';
import { AwsError, type Authorize, type Operation, type Service } from '../../core/operation.ts';
import type { IamStore } from '../../iam/store.ts';

export interface IamServiceDeps {
  readonly iam: Pick<IamStore, 'roles'>;
  readonly authorize: Authorize;
}

const getRole =
  ({ iam, authorize }: IamServiceDeps): Operation<GetRoleRequest, GetRoleResponse> =>
  async (call, { RoleName = '' }) => {
    const { account } = call.caller;
    const role = iam.roles().find((each) => each.account === account && each.name === RoleName);
    authorize(call, {
      action: 'iam:GetRole',
      resource: role?.arn ?? `arn:aws:iam::${account}:role/${RoleName}`,
    });
    if (!role)
      throw new AwsError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`, 404);
    return {
      Role: {
        Arn: role.arn,
        RoleName,
        RoleId: role.id,
        Path: role.arn.replace(/^[^/]*:role(\/(?:.*\/)?)[^/]+$/, '$1'),
        CreateDate: new Date(0),
        MaxSessionDuration: role.maxSessionSeconds,
        // Percent-encoded (IAM API Reference, Role).
        AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trust)),
      },
    };
  };

export const iamService = (deps: IamServiceDeps): Service => ({
  id: 'iam',
  operations: { GetRole: getRole(deps) },
});
