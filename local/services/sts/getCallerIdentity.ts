import type {
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import type { Operation } from '../../core/operation.ts';

type Output = Omit<GetCallerIdentityCommandOutput, '$metadata'>;

/** Needs no permission, and none can be denied (STS API Reference, GetCallerIdentity). */
export const getCallerIdentity: Operation<GetCallerIdentityCommandInput, Output> = async ({
  caller,
}) => ({ UserId: caller.userId, Account: caller.account, Arn: caller.arn });
