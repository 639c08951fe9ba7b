import type { InstanceInformation } from '@aws-sdk/client-ssm';
import { isHybrid, type Node } from '../../fleet/index.ts';

/** The agent reports itself every five minutes. */
const PING_MS = 300_000;

export const resourceTypeOf = ({ id }: Node): 'ManagedInstance' | 'EC2Instance' =>
  isHybrid(id) ? 'ManagedInstance' : 'EC2Instance';

/** Shown for hybrid nodes alone: the role that their activation gave them. */
export const iamRoleOf = (node: Node): string | undefined =>
  isHybrid(node.id) ? node.roleArn?.split('/').at(-1) : undefined;

export function showNode(node: Node, now: number): InstanceInformation {
  const role = iamRoleOf(node);
  return {
    InstanceId: node.id,
    PingStatus: node.pingStatus,
    LastPingDateTime: new Date(node.lostAt ?? lastPing(node, now)),
    AgentVersion: node.agentVersion,
    IsLatestVersion: true,
    PlatformType: node.platformType,
    PlatformName: node.platformName,
    PlatformVersion: node.platformVersion,
    ResourceType: resourceTypeOf(node),
    IPAddress: node.ipAddress,
    ComputerName: node.computerName,
    ...(node.activationId === undefined ? {} : { ActivationId: node.activationId }),
    ...(role === undefined ? {} : { IamRole: role }),
    ...(isHybrid(node.id) ? { RegistrationDate: new Date(node.registeredAt) } : {}),
    SourceId: node.id,
    SourceType: isHybrid(node.id) ? 'AWS::SSM::ManagedInstance' : 'AWS::EC2::Instance',
  };
}

const lastPing = ({ registeredAt }: Node, now: number): number =>
  now - ((now - registeredAt) % PING_MS);
