import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../contract/config.ts';
import { dispatchRoleArn } from '../../contract/names.ts';
import { allow } from './statement.ts';

/**
 * Which accounts there are is known at run time only; which role it may be there is known here. The
 * spoke's trust policy is the other half. SetSourceIdentity: the spoke's CloudTrail names who asked.
 */
export const enterSpokes = ({ roles }: Pick<Config, 'roles'>): iam.PolicyStatement =>
  allow(
    'EnterSpokes',
    ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    [undefined, ...roles].map((role) => dispatchRoleArn(Aws.PARTITION, '*', role)),
  );
