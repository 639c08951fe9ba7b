/** Another role than Fleetwide's own: for the whole request, for an account, and for one of its Regions. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dispatchRoleArn, SPOKE_PATH } from '../../contract/names.ts';
import type { Node } from '../../local/fleet/index.ts';
import { makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const NARROW = 'fleetwide-narrow';
const [ONE, OTHER] = SPOKES;

let world: World;
let nodes: Node[];
const entered = new Map<string, Set<string>>();
beforeAll(async () => {
  world = await makeWorld({
    spokes: [ONE, OTHER],
    asked: ({ allowedBy, action }) => {
      if (!action.startsWith('ssm:')) return;
      for (const { roleArn } of allowedBy)
        entered.set(roleArn, (entered.get(roleArn) ?? new Set()).add(action));
    },
  });
  nodes = [ONE, OTHER].flatMap((account) =>
    REGIONS.map((region) => world.node({ account, region })),
  );
  const own = world.aws.iam.role(dispatchRoleArn('aws', ONE));
  if (!own) throw new Error('no dispatch role');
  const inline = Object.fromEntries(own.inline);
  world.aws.iam.putRole({ account: ONE, path: SPOKE_PATH, name: NARROW, trust: own.trust, inline });
});
afterAll(() => world.close());

const narrow = dispatchRoleArn('aws', ONE, NARROW);
const wide = dispatchRoleArn('aws', ONE);
const targets = { accounts: [ONE, OTHER], regions: [...REGIONS], allNodes: true };
const SENT = ['ssm:DescribeInstanceInformation', 'ssm:SendCommand', 'ssm:ListCommands'];

describe('another role', () => {
  it('of one account is entered there by every step, and nowhere else', async () => {
    entered.clear();
    const input = request({ targets, overrides: { [ONE]: { role: NARROW } } });
    expect((await world.dispatch('account', input)).status).toBe('SUCCEEDED');
    expect(world.report('account').counts).toEqual({ succeeded: nodes.length });
    expect([...(entered.get(narrow) ?? [])]).toEqual(expect.arrayContaining(SENT));
    expect(entered.has(wide)).toBe(false);
    expect(entered.has(dispatchRoleArn('aws', OTHER))).toBe(true);
  });

  it('of one Region of an account is entered beside the other', async () => {
    entered.clear();
    const place = `${ONE}/${REGIONS[1]}`;
    const input = request({ targets, overrides: { [place]: { role: NARROW } } });
    expect((await world.dispatch('region', input)).status).toBe('SUCCEEDED');
    for (const role of [narrow, wide])
      expect([...(entered.get(role) ?? [])]).toEqual(expect.arrayContaining(SENT));
  });

  it('that an account does not have closes that account alone', async () => {
    await world.dispatch('everywhere', request({ targets, role: NARROW }));
    const { counts, skippedShards } = world.report('everywhere');
    expect(counts).toEqual({ succeeded: REGIONS.length });
    expect(skippedShards).toMatchObject(
      REGIONS.map((region) => ({
        account: OTHER,
        region,
        reason: { code: 'AccessDenied', action: 'sts:AssumeRole' },
      })),
    );
  });

  it('that the configuration does not name is refused, and nothing is sent', async () => {
    const ran = world.aws.fleet.executions();
    const input = request({ targets, role: 'root', overrides: { [ONE]: { role: 'other' } } });
    const { error, cause } = await world.dispatch('refused', input);
    expect(error).toBe('InvalidRequest');
    expect(cause).toContain('- role: is root, by which this installation does not enter accounts');
    expect(cause).toContain(`overrides.${ONE} (role): is other`);
    expect(world.aws.fleet.executions()).toBe(ran);
  });
});
