/** `fleetwide schedule`, as a person uses it. */
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cliOf, type Said } from './support/cli.ts';
import { makeWorld, SPOKES, type World } from './support/world.ts';

const REQUEST = resolve(import.meta.dirname, '../../examples/patch-scan/request.json');

let world: World;
let fleetwide: (...words: string[]) => Promise<Said>;
beforeAll(async () => {
  world = await makeWorld({ spokes: [SPOKES[0]] });
  fleetwide = cliOf(world);
});
afterAll(() => world.close());

it('makes, shows, pauses, resumes and deletes a schedule', async () => {
  const made = await fleetwide(
    'schedule',
    'create',
    'weekly',
    `--request=${REQUEST}`,
    '--cron=0 3 ? * SUN *',
    '--timezone=Europe/Helsinki',
    '--overlap=queue',
  );
  expect([made.stderr, made.code]).toEqual(['', 0]);
  expect(made.stdout).toContain('expression: cron(0 3 ? * SUN *)');
  // Who made it is who asks.
  expect(made.stdout).toContain('"requester": "jane.doe"');

  const again = await fleetwide(
    'schedule',
    'create',
    'weekly',
    '--request',
    REQUEST,
    '--rate',
    '1 day',
  );
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is there already')]);

  const listed = await fleetwide('--json', 'schedule', 'list');
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { schedule: 'weekly', state: 'on', timezone: 'Europe/Helsinki', overlap: 'queue' },
  ]);

  expect((await fleetwide('schedule', 'pause', 'weekly')).stdout).toContain('state: paused');
  expect((await fleetwide('schedule', 'resume', 'weekly')).stdout).toContain('state: on');
  expect((await fleetwide('schedule', 'delete', 'weekly')).stdout).toContain('is deleted');
  const gone = await fleetwide('schedule', 'show', 'weekly');
  expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('no schedule weekly')]);
}, 120_000);

it('says all that is wrong with one', async () => {
  const said = await fleetwide(
    'schedule',
    'create',
    'w',
    `--request=${REQUEST}`,
    '--cron=0 3 * * SUN *',
    '--timezone=Mars/Olympus',
    '--latest=0',
  );
  expect(said.code).not.toBe(0);
  for (const text of ['expression', 'names days in both fields', 'timezone', 'latestMinutes'])
    expect(said.stderr).toContain(text);
});
