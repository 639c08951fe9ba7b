import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const TAGS = { Fleetwide: ['yes'] };

/** As templates are when the configuration asks for the tag: in the spoke's role, and told to Discover. */
const asking = (template: unknown): unknown =>
  JSON.parse(
    JSON.stringify(template)
      .replace(
        '"Sid":"SendToNodes"',
        '"Sid":"SendToNodes","Condition":{"StringEquals":{"ssm:resourceTag/Fleetwide":["yes"]}}',
      )
      .replace('"NODE_TAGS":"{}"', `"NODE_TAGS":${JSON.stringify(JSON.stringify(TAGS))}`),
  );

let world: World;
beforeAll(async () => {
  world = await makeWorld({ spokes: [SPOKES[0]], mutate: asking });
});
afterAll(() => world.close());

it('nodes without the configured tag are skipped by name, and keep nobody else from running', async () => {
  const meant = world.node({ tags: tagged('yes') });
  const bare = world.node({});
  const other = world.node({ tags: tagged('no') });
  const ended = await world.dispatch(
    'tagged',
    request({ targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], allNodes: true } }),
  );
  expect(ended.status).toBe('FAILED');
  const rows = Object.fromEntries(world.rows('tagged').map((row) => [row.node, row]));
  expect(rows[meant.id]).toMatchObject({ outcome: 'succeeded' });
  for (const node of [bare, other]) {
    expect(rows[node.id]).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'barred', message: expect.stringContaining('the tag Fleetwide (yes)') },
    });
    expect(world.file(node, 'runs')).toBeUndefined();
  }
  expect(world.file(meant, 'runs')).toBe('run\n');
});

function tagged(value: string) {
  return { Fleetwide: value };
}
