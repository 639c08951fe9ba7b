/** `fleetwide cost`: the sums, and what a person or a program is shown of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { costOf, type Item } from '../../../cli/cost/cost.ts';
import { main } from '../../../cli/main.ts';
import { type ConfigInput, parseConfig } from '../../../contract/config.ts';
import { parseJson } from '../../../contract/problems.ts';
import { fakeTerminal } from './support.ts';

const BASE: ConfigInput = {
  hub: { account: '111122223333', region: 'eu-west-1' },
  regions: ['eu-west-1', 'us-east-1'],
  externalId: 'an-external-id-for-tests',
};
const ORG = { organizationId: 'o-a1b2c3d4e5' };
const [WEB, DATA] = ['ou-ab12-11111111', 'ou-ab12-22222222'];
const UNITS: Partial<ConfigInput> = {
  ...ORG,
  endpoints: { vpcs: [{ name: 'main' }] },
  onboarding: {
    organizationalUnits: [
      { id: WEB, endpoints: true },
      { id: DATA, endpoints: true, regions: ['eu-west-1'] },
      { id: 'ou-ab12-33333333' },
    ],
  },
};

const cost = (over: Partial<ConfigInput>, accounts: readonly [string, number][] = [], zones = 2) =>
  costOf(parseConfig({ ...BASE, ...over }), { zones, accounts: new Map(accounts) });
const endpointsOf = (items: readonly Item[]) =>
  items.filter(({ what }) => what === 'interface endpoints');

describe('the sum', () => {
  const one = { accounts: ['222233334444'], regions: ['eu-west-1'] };

  it.each([
    ['without ec2messages', { ec2messages: false }, 29.2],
    ['as usual', {}, 43.8],
    ['with all', { logs: true, kms: true }, 73],
  ])('of the endpoints of a VPC in two zones, %s', (_, more, dollars) => {
    const { items } = cost({ ...one, endpoints: { vpcs: [{ name: 'main' }], ...more } });
    expect(endpointsOf(items)[0]?.monthly).toBeCloseTo(dollars);
  });

  it('of NAT gateways instead, with their addresses', () => {
    const { nat, natTotal } = cost({ ...one, endpoints: { vpcs: [{ name: 'main' }] } }, [], 1);
    expect(nat.map(({ monthly }) => Number(monthly.toFixed(2)))).toEqual([32.85, 3.65]);
    expect(natTotal).toBeCloseTo(36.5);
  });

  it('of a unit grows with its accounts, in its own Regions; one that opts out is not there', () => {
    const { items, guessed } = cost(UNITS, [[WEB, 40]]);
    expect(
      endpointsOf(items).map(({ where, monthly }) => [where, Number(monthly.toFixed(2))]),
    ).toEqual([
      [WEB, 40 * 2 * 43.8],
      [DATA, 43.8],
    ]);
    expect(guessed).toEqual([DATA]);
  });

  it('leaves ec2messages out of Regions that lack it', () => {
    const regions = ['eu-west-1', 'mx-central-1'];
    const { items } = cost({
      ...UNITS,
      ...one,
      regions,
      onboarding: undefined,
      accounts: [],
      ...ORG,
    });
    expect(endpointsOf(items).map(({ monthly }) => Number(monthly.toFixed(2)))).toEqual([
      43.8, 29.2,
    ]);
  });

  it('of the hub: keys where the buckets have some, alarms, a dashboard, metrics', () => {
    const what = (over: Partial<ConfigInput>) =>
      cost(over).items.map((item) => [item.what, Number(item.monthly.toFixed(2))]);
    expect(what({})).toEqual([
      ['alarms', 0.4],
      ['dashboard', 3],
      ['metrics of dispatches, at most', 5.1],
    ]);
    expect(what({ encryption: 'KMS' })[0]).toEqual(['keys of the buckets', 3]);
  });

  it('has no endpoints where nobody opts in, or no VPC is named', () => {
    const { endpoints, onboarding } = UNITS;
    const listed = { accounts: ['222233334444'] };
    for (const over of [
      ORG,
      { ...ORG, onboarding: { organizationalUnits: [{ id: WEB }] }, endpoints },
      { onboarding: listed, endpoints },
    ])
      expect(cost(over)).toMatchObject({ nat: [], natTotal: 0 });
    expect(onboarding).toBeDefined();
    expect(
      endpointsOf(cost({ onboarding: { ...listed, endpoints: true }, endpoints }).items),
    ).toHaveLength(1);
    expect(cost({ ...ORG, endpoints }).guessed).toEqual(['organization']);
  });

  it('is what its items come to', () => {
    const { items, total } = cost({ ...UNITS, encryption: 'KMS' }, [[WEB, 3]], 3);
    for (const { factors, price, monthly } of items)
      expect(monthly).toBeCloseTo(factors.reduce((n, { count }) => n * count, 1) * price.dollars);
    expect(total).toBeCloseTo(items.reduce((all, { monthly }) => all + monthly, 0));
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cost-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'config.json');
  // As a person has it: the ExternalId is made later.
  const { externalId: _, ...base } = BASE;
  writeFileSync(file, JSON.stringify({ ...base, ...UNITS }));

  const run = async (...words: string[]) => {
    const terminal = fakeTerminal();
    const exit = await main(['node', 'fleetwide', 'cost', ...words], terminal);
    return { exit, out: terminal.printed.join('\n'), err: terminal.complained.join('\n') };
  };

  it('shows the arithmetic, endpoints against NAT, what is guessed and where prices are from', async () => {
    const { exit, out } = await run('--config', file, '--accounts', `${WEB}=40`, '--zones', '3');
    expect(exit).toBe(0);
    expect(out).toContain(
      '40 accounts × 2 Regions × 1 VPC × 3 zones × 730 hours × 3 endpoints × $0.01',
    );
    expect(out).toContain('$5,256.00');
    expect(out).toContain('40 accounts × 2 Regions × 1 VPC × 3 zones × 730 hours × $0.045');
    expect(out).toContain(`${DATA}: taken to be 1 account; --accounts ${DATA}=<number>`);
    expect(out).toContain('https://aws.amazon.com/privatelink/pricing/');
  });

  it('shows a program the same', async () => {
    const { out } = await run('--json', '--config', file, '--accounts', `${WEB}=40`);
    const Shown = z.looseObject({
      currency: z.literal('USD'),
      total: z.number(),
      natTotal: z.number(),
      items: z.array(z.looseObject({ where: z.string(), monthly: z.number() })),
    });
    const shown = parseJson(Shown, out, 'UnexpectedAnswer', 'cost');
    expect(shown.total).toBeCloseTo(40 * 2 * 43.8 + 43.8 + 8.5);
  });

  it.each([
    [['--zones', 'two'], '--zones "two": expected a whole number'],
    [['--accounts', '=3'], '--accounts "=3": expected unit=number'],
    [['--accounts', `${WEB}=many`], '--accounts "many": expected a whole number'],
    [['--accounts', 'ou-ab12-99999999=3'], 'ou-ab12-99999999 is none whose VPCs get endpoints'],
  ])('%j: says what is wrong', async (words, said) => {
    const { exit, err } = await run('--config', file, ...words);
    expect(err).toContain(said);
    expect(exit).toBe(2);
  });
});
