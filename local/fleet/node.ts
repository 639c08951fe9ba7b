/** A server of the embedded AWS, and what may be said about it from outside. */
import type { Behaviour } from './job.ts';

export type PlatformType = 'Linux' | 'Windows' | 'MacOS';
export type PingStatus = 'Online' | 'ConnectionLost';
export type NodeState = 'pending' | 'running' | 'stopping' | 'stopped' | 'terminated';

export interface NodeSpec {
  /** `i-` (EC2) or `mi-` (hybrid) and 17 hex digits; default: a new `i-…`. */
  readonly id?: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Default Linux. */
  readonly platformType?: PlatformType;
  readonly platformName?: string;
  readonly platformVersion?: string;
  readonly agentVersion?: string;
  readonly computerName?: string;
  readonly ipAddress?: string;
  /** Role of the instance profile, or of the hybrid activation. */
  readonly roleArn?: string;
  /** Hybrid nodes only: the activation they were registered with. */
  readonly activationId?: string;
  /** Known to Systems Manager; default true. False makes a plain EC2 instance. */
  readonly managed?: boolean;
  /** What Systems Manager shows; default Online. ConnectionLost nodes get nothing and answer nothing. */
  readonly pingStatus?: PingStatus;
  /** False: shown as Online but silent, as a node is whose agent has just hung. Default true. */
  readonly responsive?: boolean;
  /** Default running. Leaving `running` kills what runs on the node; its results are lost. */
  readonly state?: NodeState;
  /** Makes the node virtual: this function says how a command ends on it. Absent: scripts run as processes. */
  readonly behaviour?: Behaviour;
}

export type NodeChanges = Partial<
  Pick<
    NodeSpec,
    'tags' | 'agentVersion' | 'managed' | 'pingStatus' | 'responsive' | 'state' | 'behaviour'
  >
>;

type Filled = Omit<Required<NodeSpec>, 'roleArn' | 'activationId' | 'behaviour'>;

/** Never changed in place: an update puts a new record in its stead. */
export interface Node extends Filled, Pick<NodeSpec, 'roleArn' | 'activationId' | 'behaviour'> {
  /** Milliseconds since the epoch. */
  readonly registeredAt: number;
  /** When the node was last heard of, once it is ConnectionLost. */
  readonly lostAt?: number;
}

export const isHybrid = (id: string): boolean => id.startsWith('mi-');

/** Whether a message sent to the node now arrives, and one from it. */
export const isReachable = (node: Node): boolean =>
  node.managed && node.state === 'running' && node.pingStatus === 'Online' && node.responsive;

const NODE_ID = /^(i|mi)-[0-9a-f]{17}$/;

const PLATFORMS: Readonly<Record<PlatformType, { name: string; version: string }>> = {
  Linux: { name: 'Amazon Linux', version: '2023' },
  MacOS: { name: 'macOS', version: '15.1' },
  Windows: { name: 'Microsoft Windows Server 2022 Datacenter', version: '10.0.20348' },
};

/** Fills in what `spec` leaves open; refuses what no node of AWS can be. */
export function makeNode(spec: NodeSpec, now: number, random: () => number): Node {
  const id = spec.id ?? `i-${hex(17, random)}`;
  if (!NODE_ID.test(id)) throw new Error(`'${id}' is no node id: i- or mi- and 17 hex digits`);
  if (isHybrid(id) && spec.managed === false)
    throw new Error(`hybrid node ${id} exists only as a managed node`);
  const platformType = spec.platformType ?? 'Linux';
  const ipAddress = spec.ipAddress ?? `10.${byte(random)}.${byte(random)}.${byte(random)}`;
  return {
    tags: {},
    platformType,
    platformName: PLATFORMS[platformType].name,
    platformVersion: PLATFORMS[platformType].version,
    agentVersion: '3.3.2746.0',
    computerName: `ip-${ipAddress.replaceAll('.', '-')}.${spec.region}.compute.internal`,
    managed: true,
    pingStatus: 'Online',
    responsive: true,
    state: 'running',
    registeredAt: now,
    ...(spec.pingStatus === 'ConnectionLost' ? { lostAt: now } : {}),
    ...spec,
    id,
    ipAddress,
  };
}

const byte = (random: () => number) => Math.floor(random() * 254) + 1;
const hex = (digits: number, random: () => number) =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
