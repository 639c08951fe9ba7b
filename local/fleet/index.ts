/** The servers of the embedded AWS: real ones, whose scripts run as processes, and virtual ones. */
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { Agenda } from './agenda.ts';
import { Agents } from './agent.ts';
import { Executor } from './execute.ts';
import type { Job, JobResult, StepOutput } from './job.ts';
import { makeNode, type Node, type NodeChanges, type NodeSpec } from './node.ts';
import { RealRunner } from './real.ts';
import { Registry } from './registry.ts';

export { Agenda } from './agenda.ts';
export { effectiveTimeout } from './job.ts';
export { PATH, SIMULATED } from './execute.ts';
export type {
  Behaviour,
  Job,
  JobResult,
  OutputTarget,
  ScriptWork,
  Step,
  StepOutput,
  StepResult,
  VirtualOutcome,
  Work,
} from './job.ts';
export { isHybrid, isReachable } from './node.ts';
export type { Node, NodeChanges, NodeSpec, NodeState, PingStatus, PlatformType } from './node.ts';

export interface Fleet {
  addNode(spec: NodeSpec): Node;
  /** In the order in which they were added. */
  nodes(account: string, region: string): readonly Node[];
  find(id: string): Node | undefined;
  /** Takes effect at once: what runs on a node that leaves `running` is killed. */
  update(id: string, changes: NodeChanges): Node;
  /** Called after every update; the function it returns ends that. */
  subscribe(listener: (node: Node) => void): () => void;
  /** Home directory of a real node; exists once a script has run there. */
  home(id: string): string;
  /**
   * Runs `job` on the node, five at a time. An abort cancels it. Resolves when the agent's answer reaches
   * the service: not while the node is unreachable, and to undefined when it never will.
   */
  run(node: Node, job: Job, signal: AbortSignal): Promise<JobResult | undefined>;
  /** Path of the PowerShell that runs here; undefined: PowerShell is reported as not executed. */
  readonly powershell: string | undefined;
  /** How many scripts have really been started as processes. */
  executions(): number;
  /** Ends every process of every node. */
  close(): Promise<void>;
}

export interface FleetDeps {
  readonly clock: Clock;
  /** Directory for the homes of real nodes. */
  readonly root: string;
  /** 0 ≤ random() < 1: ids and addresses that the specs leave open. */
  readonly random: () => number;
  /** An object of S3 at a URL, fetched as the node; default: there is no S3. */
  readonly download?: (node: Node, url: string) => Promise<Uint8Array>;
  /** Brings a step's whole output to S3 and to a log group, as the node; default: nowhere. */
  readonly deliver?: (output: StepOutput) => Promise<void>;
  /** Path of pwsh; absent: PowerShell is reported as not executed. */
  readonly powershell?: string | undefined;
  /** Added to the environment of a real node's scripts, over the agent's own variables. */
  readonly environment?: (node: Node) => Readonly<Record<string, string>>;
}

export function createFleet(deps: FleetDeps): Fleet {
  const { clock, environment = () => ({}), download = noS3 } = deps;
  const registry = new Registry();
  const agenda = new Agenda(clock);
  const runner = new RealRunner(clock);
  const home = (id: string) => join(deps.root, id);
  const agents = new Agents({
    clock,
    home,
    agenda,
    executor: new Executor({
      clock,
      runner,
      home,
      environment,
      download,
      powershell: deps.powershell,
    }),
    find: (id) => registry.find(id),
    deliver: deps.deliver ?? (() => Promise.resolve()),
  });
  registry.subscribe((node) => agents.changed(node));
  return {
    addNode(spec) {
      const node = makeNode(spec, clock.now(), deps.random);
      registry.add(node);
      return node;
    },
    nodes: (account, region) => registry.list(account, region),
    find: (id) => registry.find(id),
    update: (id, changes) => registry.update(id, changes, clock.now()),
    subscribe: (listener) => registry.subscribe(listener),
    home,
    run: (node, job, signal) => agents.run(node, job, signal),
    powershell: deps.powershell,
    executions: () => runner.started,
    close: () => {
      agenda.close();
      return runner.close();
    },
  };
}

const noS3 = (): Promise<never> => Promise.reject(new Error('this fleet reaches no S3'));
