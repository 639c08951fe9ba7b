/** A candidate as it stands in the inventory: with the reason why it is not sent to, if there is one. */
import type { Request } from '../../contract/request.ts';
import { type InventoryNode, type Reason, TERMINATED } from '../../contract/stored.ts';
import { sendingTo } from '../shared/action.ts';
import { isOlder } from '../shared/versions.ts';
import { type Candidate, isUp } from './match.ts';

type Platform = NonNullable<InventoryNode['platform']>;

/** Whether the node is one that the request asks for by its nature; what is unknown of it does not fit. */
export function fits(targets: Request['targets'], candidate: Candidate): boolean {
  const { platforms, pingStatus, agentAtLeast } = targets;
  const { PingStatus = '', AgentVersion } = candidate.managed ?? {};
  const platform = platformOf(candidate);
  if (platforms && !(platform && platforms.includes(platform))) return false;
  if (pingStatus && !pingStatus.some((status) => status === PingStatus)) return false;
  return !agentAtLeast || (AgentVersion !== undefined && !isOlder(AgentVersion, agentAtLeast));
}

export function inventoried(request: Request, candidate: Candidate): InventoryNode {
  const { id, managed, instance } = candidate;
  const platform = platformOf(candidate);
  const skipped = whyNot(request, candidate, platform);
  const name = managed?.ComputerName ?? instance?.Tags.find((tag) => tag.Key === 'Name')?.Value;
  return {
    id,
    ...(name && { name }),
    ...(managed?.AgentVersion && { agent: managed.AgentVersion }),
    ...(platform && { platform }),
    ...(skipped && { skipped }),
  };
}

const PLATFORMS: Readonly<Record<string, Platform>> = {
  Linux: 'Linux',
  Windows: 'Windows',
  MacOS: 'MacOS',
};

/** EC2 tells Windows apart, and macOS by the hardware that it needs (EC2 User Guide, "Amazon EC2 Mac instances"). */
function platformOf({ managed, instance }: Candidate): Platform | undefined {
  if (managed) return PLATFORMS[managed.PlatformType ?? ''];
  if (!instance) return undefined;
  if (instance.Platform?.toLowerCase() === 'windows') return 'Windows';
  return instance.InstanceType?.startsWith('mac') ? 'MacOS' : 'Linux';
}

function whyNot(
  request: Request,
  { id, managed, instance }: Candidate,
  platform: Platform | undefined,
): Reason | undefined {
  if (!managed) return instance && unmanaged(instance.State.Name, isUp(instance));
  if (managed.PingStatus !== 'Online')
    return {
      code: 'offline',
      message: `the agent is not online (PingStatus ${managed.PingStatus ?? 'not given'})`,
    };
  const sending = sendingTo(request, { id, platform });
  if ('code' in sending) return sending;
  const { AgentVersion } = managed;
  const needed = sending.agentAtLeast;
  if (needed && (AgentVersion === undefined || isOlder(AgentVersion, needed)))
    return {
      code: 'agentTooOld',
      message: `the agent is of version ${AgentVersion ?? 'unknown'}, the action needs ${needed}`,
    };
  return undefined;
}

const unmanaged = (state: string, up: boolean): Reason => {
  if (up)
    return {
      code: 'notManaged',
      message:
        'the instance runs, but Systems Manager does not know it: it has no agent, no role for it, or no way to its endpoints',
    };
  const gone = state === 'terminated' || state === 'shutting-down';
  return { code: gone ? TERMINATED : 'stopped', message: `the instance is ${state}` };
};
