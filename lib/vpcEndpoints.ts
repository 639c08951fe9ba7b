import { Aws, CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import { type Endpoints, endpointServices, hasEc2messages } from '../contract/onboarding.ts';
import { s3Endpoint } from './policies/s3Endpoint.ts';

export interface VpcEndpointsProps {
  /** Its name, and how many CIDRs it has. */
  readonly vpc: Endpoints['vpcs'][number];
  /** Whose buckets the gateway endpoint lets through. */
  readonly config: Config;
  /** Which services get endpoints. */
  readonly wanted: Endpoints;
}

/**
 * What nodes of a VPC without NAT need to be managed. Which VPC it is stands in SSM parameters of the
 * account and Region, so that one template serves every account.
 */
export class VpcEndpoints extends Construct {
  readonly group: ec2.CfnSecurityGroup;
  readonly interfaces: readonly ec2.CfnVPCEndpoint[];
  readonly gateway: ec2.CfnVPCEndpoint;

  constructor(scope: Construct, id: string, { vpc, config, wanted }: VpcEndpointsProps) {
    super(scope, id);
    const parameter = (name: string, type: string) =>
      new CfnParameter(this, name, {
        type: `AWS::SSM::Parameter::Value<${type}>`,
        default: `/fleetwide/vpc/${vpc.name}/${name}`,
      });
    const vpcId = parameter('id', 'AWS::EC2::VPC::Id').valueAsString;
    const cidrs = parameter('cidrs', 'List<String>').valueAsList;
    const subnetIds = parameter('subnets', 'List<AWS::EC2::Subnet::Id>').valueAsList;
    const routeTableIds = parameter('route-tables', 'List<String>').valueAsList;

    this.group = new ec2.CfnSecurityGroup(this, 'Group', {
      groupDescription: 'Fleetwide: HTTPS from this VPC to its endpoints',
      vpcId,
      securityGroupIngress: Array.from({ length: vpc.cidrs }, (_, n) => ({
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        cidrIp: Fn.select(n, cidrs),
        description: 'HTTPS from the VPC',
      })),
      // Endpoints answer and never call: without a rule of one's own EC2 would allow everything.
      securityGroupEgress: [
        {
          ipProtocol: 'icmp',
          fromPort: 252,
          toPort: 86,
          cidrIp: '255.255.255.255/32',
          description: 'Nothing',
        },
      ],
    });
    const services = new Set(config.regions.flatMap((region) => endpointServices(wanted, region)));
    this.interfaces = [...services].map(
      (service) =>
        new ec2.CfnVPCEndpoint(this, service, {
          vpcEndpointType: 'Interface',
          serviceName: `com.amazonaws.${Aws.REGION}.${service}`,
          vpcId,
          subnetIds,
          securityGroupIds: [this.group.attrGroupId],
          // The agent knows only the public names.
          privateDnsEnabled: true,
        }),
    );
    this.#whereThereIs(config.regions);
    this.gateway = new ec2.CfnVPCEndpoint(this, 's3', {
      vpcEndpointType: 'Gateway',
      serviceName: `com.amazonaws.${Aws.REGION}.s3`,
      vpcId,
      routeTableIds,
      policyDocument: new iam.PolicyDocument({ statements: [...s3Endpoint(config)] }),
    });
  }

  /** One template serves every Region: where some lack ec2messages, it is left out there. */
  #whereThereIs(regions: readonly string[]): void {
    const lacking = regions.filter((region) => !hasEc2messages(region));
    const endpoint = this.interfaces.find(({ node }) => node.id === 'ec2messages');
    if (!endpoint || lacking.length === 0) return;
    endpoint.cfnOptions.condition = new CfnCondition(this, 'HasEc2messages', {
      expression: Fn.conditionNot(
        Fn.conditionOr(...lacking.map((region) => Fn.conditionEquals(Aws.REGION, region))),
      ),
    });
  }
}
