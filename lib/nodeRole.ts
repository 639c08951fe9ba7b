import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import { HOST_ROLE, NODE_ROLE, SPOKE_PATH } from '../contract/names.ts';
import { node } from './policies/node.ts';

/** What a node is: a role that nothing dispatches with, and how a server comes by it, as `nodes.credentials` says. */
export class NodeRole extends Construct {
  /** Undefined where nodes have roles of their own. */
  readonly role: iam.Role | undefined;
  readonly profile: iam.InstanceProfile | undefined;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const document = new iam.PolicyDocument({ statements: [...node(config)] });
    switch (config.nodes.credentials) {
      case 'instanceProfile':
        this.role = this.#forInstances(document);
        this.profile = new iam.InstanceProfile(this, 'Profile', {
          instanceProfileName: NODE_ROLE,
          path: SPOKE_PATH,
          role: this.role,
        });
        break;
      case 'defaultHostManagement':
        this.role = this.#handedOut(document);
        break;
      case 'own':
        new CfnOutput(this, 'Statements', {
          description: 'Fleetwide: add these to the roles that your nodes have',
          value: Stack.of(this).toJsonString(document.toJSON()),
        }).overrideLogicalId('NodeStatements');
    }
  }

  #forInstances(document: iam.PolicyDocument): iam.Role {
    return new iam.Role(this, 'Role', {
      roleName: NODE_ROLE,
      path: SPOKE_PATH,
      description: 'Fleetwide: what a node is, for the SSM agent on it',
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
      inlinePolicies: { node: document },
    });
  }

  /**
   * CloudFormation has no resource for the service setting that turns it on in a Region; docs/onboarding.md
   * says the command. Source of trust and policy: Systems Manager User Guide, "Managing EC2 instances
   * automatically with Default Host Management Configuration".
   */
  #handedOut(document: iam.PolicyDocument): iam.Role {
    return new iam.Role(this, 'Role', {
      roleName: HOST_ROLE,
      path: SPOKE_PATH,
      description: 'Fleetwide: what a node is, handed out by Default Host Management',
      assumedBy: new iam.ServicePrincipal('ssm.amazonaws.com'),
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedEC2InstanceDefaultPolicy'),
      ],
      inlinePolicies: { node: document },
    });
  }
}
