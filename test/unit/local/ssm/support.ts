import { VirtualClock } from '../../../../local/core/clock.ts';
import { sleep } from '../../../../local/core/clock.ts';
import { type AccessQuestion, AwsError, type Call } from '../../../../local/core/operation.ts';
import type { Behaviour, Fleet, Node, NodeSpec } from '../../../../local/fleet/index.ts';
import { createSsm, type Ssm, type SsmOptions } from '../../../../local/services/ssm/index.ts';
import { ACCOUNT, REGION, testFleet } from '../fleet/support.ts';

export { ACCOUNT, REGION };
export const START = Date.parse('2026-11-21T10:00:00Z');
export const SHELL = 'AWS-RunShellScript';

export const call = (account = ACCOUNT, region = REGION): Call => ({
  service: 'ssm',
  operation: 'any',
  region,
  caller: {
    account,
    arn: `arn:aws:sts::${account}:assumed-role/dispatch/run`,
    userId: 'AROA:run',
    accessKeyId: 'ASIA',
    kind: 'session',
    identityPolicies: [],
  },
  secure: true,
  requestId: 'request',
});

export interface World {
  readonly clock: VirtualClock;
  readonly fleet: Fleet;
  readonly ssm: Ssm;
  readonly operations: Ssm['operations'];
  /** Every question asked of IAM. */
  readonly questions: AccessQuestion[];
  /** Adds a node; a virtual one that succeeds at once unless the spec says otherwise. */
  readonly add: (spec?: Partial<NodeSpec>) => Node;
  readonly wait: (ms: number) => Promise<void>;
  /** Sends `true` to the nodes; answers the id of the command. */
  readonly send: (nodes: readonly Node[], more?: object) => Promise<string>;
  readonly sendTo: (role: string, more?: object) => Promise<string>;
  /** `node: details` of every invocation. */
  readonly details: (id: string) => Promise<readonly (string | undefined)[]>;
  readonly command: (id: string) => Promise<object | undefined>;
}

export const succeeds: Behaviour = () => ({});

export function world(
  deny: (question: AccessQuestion) => boolean = () => false,
  limits: SsmOptions['limits'] = {},
): World {
  const clock = new VirtualClock(START);
  const fleet = testFleet(clock);
  const questions: AccessQuestion[] = [];
  let ids = 0;
  const ssm = createSsm({
    clock,
    fleet,
    limits,
    newId: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`,
    authorize: (_call, question) => {
      questions.push(question);
      if (deny(question)) throw new AwsError('AccessDeniedException', question.resource);
    },
  });
  const { operations } = ssm;
  const send = async (input: object) => {
    const { Command } = await operations.SendCommand(call(), {
      DocumentName: SHELL,
      Parameters: { commands: ['true'] },
      ...input,
    });
    return Command?.CommandId ?? '';
  };
  return {
    clock,
    fleet,
    ssm,
    operations,
    questions,
    add: (spec = {}) =>
      fleet.addNode({ account: ACCOUNT, region: REGION, behaviour: succeeds, ...spec }),
    wait: (ms) => sleep(clock, ms),
    send: (nodes, more) => send({ InstanceIds: nodes.map(({ id }) => id), ...more }),
    sendTo: (role, more) => send({ Targets: [{ Key: 'tag:Role', Values: [role] }], ...more }),
    details: async (id) => {
      const all = await operations.ListCommandInvocations(call(), { CommandId: id });
      return all.CommandInvocations?.map(({ StatusDetails }) => StatusDetails) ?? [];
    },
    command: async (id) => (await operations.ListCommands(call(), { CommandId: id })).Commands?.[0],
  };
}

export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
