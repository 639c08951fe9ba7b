/**
 * No permission is decoration, and none is missing: each action of each statement of each role of Fleetwide, and
 * each statement, is taken away by itself, and something that Fleetwide does must then fail with an access error
 * that names the action. With all of them in place nothing is denied. Prints the matrix.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  dispatchRoleArn,
  functionName,
  NODE_ROLE,
  SCHEDULER_ROLE,
  SPOKE_PATH,
  STEPS,
} from '../../contract/names.ts';
import { HUB_PATH, rolePath } from '../../lib/steps.ts';
import { errandsOf, makeStage, type Stage } from './support/errands/index.ts';
import { Proof } from './support/proof.ts';
import { nameOf, type Permission, permissionsOf } from './support/statements.ts';
import { HUB, SPOKES } from './support/world.ts';

const [SPOKE] = SPOKES;
const DISPATCH_ROLE = dispatchRoleArn('aws', SPOKE);
const hubRole = (name: string, path = HUB_PATH) => `arn:aws:iam::${HUB}:role${path}${name}`;
const ROLES = [
  ...STEPS.map((step) => hubRole(functionName(step), rolePath(step))),
  hubRole('fleetwide-state-machine'),
  hubRole('fleetwide-recall-machine'),
  hubRole('fleetwide-recall-starter'),
  hubRole('fleetwide-doctor-machine'),
  hubRole(SCHEDULER_ROLE),
  DISPATCH_ROLE,
  `arn:aws:iam::${SPOKE}:role${SPOKE_PATH}${NODE_ROLE}`,
];

const PARTS =
  'the Step Functions guide asks for it to write large results in parts; nothing tells when it is used';
const CHILDREN =
  'the Step Functions guide asks for it to follow the children of a map; nothing tells what fails without it';
/** What nothing here can show to be needed, and why. */
const UNPROVABLE: Readonly<Record<string, string>> = {
  'WriteMapResults s3:AbortMultipartUpload': PARTS,
  'WriteMapResults s3:ListMultipartUploadParts': PARTS,
  'WriteMapResults s3:GetObject': PARTS,
  'FollowChildren states:DescribeExecution': CHILDREN,
  'FollowChildren states:StopExecution': CHILDREN,
};
const whyNot = ({ sid, actions }: Permission): string | undefined => {
  const reasons = actions.map((action) => UNPROVABLE[`${sid} ${action}`]);
  return reasons.includes(undefined) ? undefined : reasons[0];
};

let stage: Stage;
let proof: Proof;
beforeAll(async () => {
  stage = await makeStage((asked) => proof?.asked(asked));
  proof = new Proof(stage.world.aws.iam);
  const errands = errandsOf(stage);
  // So that all functions are warm, and the rest is as quick as it is later.
  for (const errand of errands.slice(0, 2)) await errand.run();
  for (const errand of errands) await proof.learn(errand);
}, 300_000);
afterAll(() => stage.world.close());

const matrix: string[] = [];
afterAll(() => {
  process.stdout.write(`${matrix.join('\n')}\n`);
});

it('none is missing: nothing is denied while all are there', () => {
  expect(proof.denied()).toEqual([]);
});

describe.each(ROLES)('%s', (role) => {
  it('may do nothing that nothing needs', async () => {
    const unneeded: string[] = [];
    for (const permission of permissionsOf(stage.world.aws.iam, role)) {
      const name = nameOf(permission);
      const reason = whyNot(permission);
      const needed = reason === undefined ? await proof.needed(permission) : undefined;
      if (needed) matrix.push(`needed    ${name} | ${needed.by}: ${needed.error}`);
      else matrix.push(`not shown ${name} | ${reason ?? 'NOTHING FAILS WITHOUT IT'}`);
      if (!needed && reason === undefined) unneeded.push(name);
    }
    expect(unneeded).toEqual([]);
  }, 300_000);
});

it('no role is left out', () => {
  const own = stage.world.aws.iam.roles().filter(({ arn }) => arn.includes(':role/fleetwide/'));
  expect(own.map(({ arn }) => arn).toSorted()).toEqual(ROLES.toSorted());
});

it('what cannot be shown is there', () => {
  const all = ROLES.flatMap((role) => permissionsOf(stage.world.aws.iam, role));
  const unused = Object.keys(UNPROVABLE).filter(
    (name) => !all.some(({ sid, actions }) => name === `${sid} ${actions.join()}`),
  );
  expect(unused).toEqual([]);
});

it('and a permission too many would be seen', async () => {
  const { iam } = stage.world.aws;
  const cancels = errandsOf(stage).find(({ name }) => name === 'stopped once it is sent');
  if (!cancels) throw new Error('nothing cancels');
  iam.putInlinePolicy(DISPATCH_ROLE, 'extra', {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Again', Effect: 'Allow', Action: 'ssm:CancelCommand', Resource: '*' },
      { Sid: 'Unused', Effect: 'Allow', Action: 'ssm:PutParameter', Resource: '*' },
    ],
  });
  proof = new Proof(iam);
  await proof.learn(cancels);
  const needed = async (wanted: string) => {
    const found = permissionsOf(iam, DISPATCH_ROLE).find(({ sid }) => sid === wanted);
    if (!found) throw new Error(`no statement ${wanted}`);
    return proof.needed(found);
  };
  // Of two that allow the same, neither is missed.
  expect(await needed('Again')).toBeUndefined();
  expect(await needed('CancelCommands')).toBeUndefined();
  expect(await needed('Unused')).toBeUndefined();
  expect(await needed('FollowCommands')).toBeDefined();
  iam.deleteInlinePolicy(DISPATCH_ROLE, 'extra');
}, 60_000);
