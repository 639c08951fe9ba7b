/** axe-core over the page, in each of its looks: nothing serious. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { type Browser, CHROMIUM, openBrowser } from './support/browser.ts';
import { fleet, pageOf } from './support/pages.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf-8');
const Violations = z.array(
  z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.string()) }),
);

(CHROMIUM ? describe : describe.skip)('the report page', () => {
  let browser: Browser;
  const rows = fleet(240);
  const html = pageOf('accessible', rows);
  const failed = rows.find((r) => r.outcome === 'failed')?.node;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it.each([
    ['desktop, light', { width: 1280, dark: false }],
    ['desktop, dark', { width: 1280, dark: true }],
    ['phone, light', { width: 390, dark: false }],
    ['phone, dark', { width: 390, dark: true }],
  ])('has no serious finding: %s', async (_look, options) => {
    const { page, close } = await browser.visit(html, { ...options, fragment: `#node=${failed}` });
    await page.evaluate(axe);
    const found = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map((v) => ({ id: v.id, impact: v.impact ?? null, nodes: v.nodes.map((n) => n.html) })))',
    );
    const serious = Violations.parse(found).filter(
      ({ impact }) => impact === 'serious' || impact === 'critical',
    );
    expect(serious).toEqual([]);
    await close();
  });

  it('fits a phone: nothing is wider than the screen', async () => {
    const { page, close } = await browser.visit(html, { width: 360, fragment: `#node=${failed}` });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360,
    );
    await close();
  });
});
