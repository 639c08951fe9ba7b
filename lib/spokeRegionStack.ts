import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import { COMMAND_LOG_GROUP } from '../contract/names.ts';
import { retention } from './retention.ts';
import { VpcEndpoints } from './vpcEndpoints.ts';

export interface SpokeRegionStackProps extends StackProps {
  readonly config: Config;
  /** Whether the VPCs that the configuration names get endpoints here. Default: they do not. */
  readonly endpoints?: boolean;
}

/** A spoke in one of its Regions: where commands may log, and how private nodes reach Systems Manager. */
export class SpokeRegionStack extends Stack {
  readonly commandLog: logs.LogGroup;
  readonly vpcs: readonly VpcEndpoints[];

  constructor(scope: Construct, id: string, props: SpokeRegionStackProps) {
    super(scope, id, props);
    const { config, endpoints = false } = props;
    this.commandLog = new logs.LogGroup(this, 'CommandLog', {
      logGroupName: COMMAND_LOG_GROUP,
      retention: retention(config.logRetentionDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const wanted = endpoints ? config.endpoints : undefined;
    this.vpcs = wanted
      ? wanted.vpcs.map((vpc) => new VpcEndpoints(this, `Vpc-${vpc.name}`, { vpc, config, wanted }))
      : [];
  }
}
