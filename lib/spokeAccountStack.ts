import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import { DISPATCH_ROLE, SPOKE_PATH } from '../contract/names.ts';
import { NodeRole } from './nodeRole.ts';
import { dispatchRole } from './policies/dispatchRole.ts';
import { spokeTrust } from './policies/spokeTrust.ts';

export interface SpokeAccountStackProps extends StackProps {
  readonly config: Config;
}

/** A spoke, in one Region of it (IAM is global): who may dispatch to it, and what its nodes are. */
export class SpokeAccountStack extends Stack {
  readonly nodeRole: NodeRole;

  constructor(scope: Construct, id: string, props: SpokeAccountStackProps) {
    super(scope, id, props);
    const dispatch = new iam.CfnRole(this, 'DispatchRole', {
      roleName: DISPATCH_ROLE,
      path: SPOKE_PATH,
      description: 'Fleetwide: what the hub may do here',
      // Role chaining allows an hour at most, whatever stands here.
      maxSessionDuration: Duration.hours(1).toSeconds(),
      assumeRolePolicyDocument: new iam.PolicyDocument({
        statements: [...spokeTrust(props.config)],
      }),
      policies: [
        {
          policyName: 'dispatch',
          policyDocument: new iam.PolicyDocument({ statements: [...dispatchRole(props.config)] }),
        },
      ],
    });
    dispatch.overrideLogicalId('DispatchRole');

    this.nodeRole = new NodeRole(this, 'Node', props.config);
  }
}
