import type { Instance, Reservation } from '@aws-sdk/client-ec2';
import type { Node, NodeState } from '../../fleet/index.ts';

/** Source: service model, InstanceState. */
export const STATE_CODES: Readonly<Record<NodeState, number>> = {
  pending: 0,
  running: 16,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** One instance each, as if every one had been launched by itself. */
export const showReservation = (node: Node): Reservation => ({
  ReservationId: `r-${node.id.slice('i-'.length)}`,
  OwnerId: node.account,
  Groups: [],
  Instances: [showInstance(node)],
});

const showInstance = (node: Node): Instance => ({
  InstanceId: node.id,
  State: { Code: STATE_CODES[node.state], Name: node.state },
  LaunchTime: new Date(node.registeredAt),
  PrivateIpAddress: node.ipAddress,
  PrivateDnsName: node.computerName,
  PlatformDetails: node.platformType === 'Windows' ? 'Windows' : 'Linux/UNIX',
  ...(node.platformType === 'Windows' ? { Platform: 'Windows' as const } : {}),
  Tags: Object.entries(node.tags).map(([Key, Value]) => ({ Key, Value })),
});
