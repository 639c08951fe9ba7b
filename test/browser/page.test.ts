/** The report page as a person uses it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { duration } from '../../report/page/client/format.ts';
import { type Browser, CHROMIUM, openBrowser } from './support/browser.ts';
import { fleet, pageOf, row, stream } from './support/pages.ts';

const NODES = 480;
const rows = fleet(NODES);
const FAILED = rows.filter((r) => r.outcome === 'failed');

(CHROMIUM ? describe : describe.skip)('the report page', () => {
  let browser: Browser;
  const small = pageOf('restart-nginx', rows);
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('says what ran, by whom, and how it ended, without a request or a complaint', async () => {
    const { page, trouble, close } = await browser.visit(small);
    expect(await page.title()).toBe('restart-nginx · Fleetwide');
    const head = await page.locator('header').innerText();
    for (const text of [
      'jane.doe',
      'systemctl restart nginx',
      'in waves of 1, 10%, 100%',
      'Wave 2 approved',
      'change <4711>',
    ])
      expect(head).toContain(text);
    expect(await page.locator('header .bar').first().getAttribute('aria-label')).toMatch(
      new RegExp(`succeeded, ${FAILED.length} failed, `),
    );
    expect(await page.locator('#places').innerText()).toContain('AccessDenied on sts:AssumeRole');
    expect(await page.locator('.timeline li').count()).toBe(3);
    expect(await page.locator('.histogram li').count()).toBeGreaterThan(3);
    expect(await page.getByRole('status').innerText()).toBe(`1–100 of ${NODES} nodes`);
    expect(trouble).toEqual([]);
    await close();
  });

  it('has something to say when nothing matched', async () => {
    const { page, trouble, close } = await browser.visit(pageOf('nothing', []));
    expect(await page.getByRole('status').innerText()).toBe('No node is like that.');
    expect(await page.locator('#times').innerText()).toContain('No command ran.');
    expect(await page.locator('#places').innerText()).toContain('not read: AccessDenied');
    expect(trouble).toEqual([]);
    await close();
  });

  it('filters by a click on an outcome, an account, a Region, a wave and a select', async () => {
    const { page, trouble, close } = await browser.visit(small);
    const status = page.getByRole('status');
    await page.getByRole('button', { name: `${FAILED.length} failed` }).click();
    expect(await status.innerText()).toContain(`of ${FAILED.length} nodes`);
    await page.getByRole('button', { name: '222233334444' }).click();
    const here = FAILED.filter((r) => r.account === '222233334444');
    expect(await status.innerText()).toContain(`of ${here.length} nodes`);
    await page.getByRole('button', { name: 'us-east-1' }).click();
    const there = here.filter((r) => r.region === 'us-east-1');
    expect(there.length).toBeGreaterThan(0);
    expect(await status.innerText()).toContain(`of ${there.length} node`);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Exit code').selectOption('137');
    const late = rows.filter((r) => r.exitCode === 137).length;
    expect(await status.innerText()).toContain(`of ${late} nodes`);
    await page.getByLabel('Exit code').selectOption('');
    await page.getByRole('button', { name: 'Wave 2' }).click();
    const second = rows.filter((r) => r.wave === 1 && r.outcome !== 'skipped').length;
    expect(await status.innerText()).toContain(`of ${second} nodes`);
    expect(trouble).toEqual([]);
    await close();
  });

  it('shows who said the same', async () => {
    const { page, close } = await browser.visit(small);
    const group = page.locator('.group', { hasText: 'Job for nginx.service failed' }).first();
    const nodes = Number(/(\d+) nodes?/.exec(await group.locator('.head').innerText())?.[1]);
    await group.getByRole('button').click();
    expect(await page.getByRole('status').innerText()).toContain(`of ${nodes} node`);
    const chip = page.getByRole('button', { name: 'failed, said: Job for nginx.service failed' });
    await chip.click();
    expect(await page.getByRole('status').innerText()).toContain(`of ${NODES} nodes`);
    expect(await chip.isVisible()).toBe(false);
    await close();
  });

  it('shows all who said it, whatever was filtered before', async () => {
    const { page, close } = await browser.visit(small, {
      fragment: '#outcome=succeeded&account=222233334444&q=web-0001',
    });
    const group = page.locator('.group', { hasText: 'Job for nginx.service failed' }).first();
    const nodes = Number(/(\d+) nodes?/.exec(await group.locator('.head').innerText())?.[1]);
    await group.getByRole('button').click();
    expect(await page.getByRole('status').innerText()).toContain(`of ${nodes} node`);
    expect(await page.locator('#filter-outcome').inputValue()).toBe('');
    await close();
  });

  it('a filter of a chart that contradicts the others replaces them, and the table comes into view', async () => {
    const { page, close } = await browser.visit(small);
    const status = page.getByRole('status');
    const seen = () => status.evaluate((e) => e.getBoundingClientRect().bottom < innerHeight);
    const picks = [
      page.getByRole('button', { name: `${FAILED.length} failed` }),
      page.getByRole('button', { name: '222233334444' }),
      page.getByRole('button', { name: 'Wave 2' }),
      page.locator('.group').first().getByRole('button'),
    ];
    for (const pick of picks) {
      await page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
      expect(await seen()).toBe(false);
      await pick.click();
      expect(await seen()).toBe(true);
    }
    // The first group succeeded.
    await picks[0]?.click();
    expect(await status.innerText()).toContain(`of ${FAILED.length} nodes`);
    await close();
  });

  it('says why it failed, not how it began, where many said the same', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `step ${i + 1}`).join('\n');
    const { page, close } = await browser.visit(
      pageOf('verbose', [
        row({ outcome: 'failed', exitCode: 1, stdout: stream(`${lines}\ndisk full\n`) }),
        row({ node: 'i-00000000000000002', stdout: stream(`${lines}\ndone\n`) }),
      ]),
    );
    const [bad, good] = await page.locator('.group pre').allInnerTexts();
    expect(bad?.split('\n')).toEqual([
      '… 15 lines before',
      ...[16, 17, 18, 19, 20].map((i) => `step ${i}`),
      'disk full',
    ]);
    expect(good?.split('\n')).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((i) => `step ${i}`),
      '… 15 more lines',
    ]);
    await close();
  });

  it('says that a dispatch was cancelled', async () => {
    const { page, close } = await browser.visit(
      pageOf('stopped', rows, { cancelled: true, error: 'DispatchRecalled' }),
    );
    expect(await page.locator('.verdict').innerText()).toBe('Cancelled');
    await close();
  });

  it('goes back one choice at a time, and over a search in one step', async () => {
    const { page, close } = await browser.visit(small);
    const status = page.getByRole('status');
    await page.getByRole('button', { name: `${FAILED.length} failed` }).click();
    await page.locator('#filter-account').selectOption('222233334444');
    await page.getByRole('searchbox').pressSequentially('web-0', { delay: 150 });
    await page.waitForURL(/q=web-0/);
    await page.locator('tbody .opener').first().click();
    expect(await page.locator('tr.detail').count()).toBe(1);
    await page.goBack();
    expect(await page.locator('tr.detail').count()).toBe(0);
    expect(new URL(page.url()).hash).toBe('#q=web-0&outcome=failed&account=222233334444');
    await page.goBack();
    expect(new URL(page.url()).hash).toBe('#outcome=failed&account=222233334444');
    await page.goBack();
    await expect(shown(page, `of ${FAILED.length} nodes`)).resolves.toBe(true);
    await page.goBack();
    await expect(shown(page, `of ${NODES} nodes`)).resolves.toBe(true);
    await page.goForward();
    await expect(shown(page, `of ${FAILED.length} nodes`)).resolves.toBe(true);
    expect(await status.innerText()).toContain('1–');
    await close();
  });

  it('says what is wrong with a link', async () => {
    for (const [fragment, says] of [
      ['outcome=nonsense', 'the outcome “nonsense”, which no node here has.'],
      ['account=000000000000', 'the account “000000000000”, of which no node is here.'],
      ['exit=99&wave=7', 'the wave “7”, in which no node was.'],
      ['said=9999', 'the output “9999”, which is not in this page.'],
    ]) {
      const { page, close } = await browser.visit(small, { fragment: `#${fragment}` });
      expect(await page.getByRole('status').innerText()).toContain(`This link asks for ${says}`);
      await close();
    }
  });

  it('closes an output with Escape, and stays on its node', async () => {
    const { page, close } = await browser.visit(small);
    const opener = page.locator('tbody .opener').nth(2);
    await opener.click();
    await page.locator('tr.detail pre').first().focus();
    await page.keyboard.press('Escape');
    expect(await page.locator('tr.detail').count()).toBe(0);
    expect(await opener.evaluate((e) => e === document.activeElement)).toBe(true);
    await close();
  });

  it('shows a carriage return that overwrites its line, and ends a line at CRLF', async () => {
    const out = stream('10%\r50%\r100%\r\ndone\n');
    const { page, close } = await browser.visit(pageOf('bar', [row({ stdout: out })]), {
      fragment: '#node=i-0123456789abcdef0',
    });
    const shownText = page.locator('tr.detail pre');
    expect(await shownText.textContent()).toBe('10%\\x0d50%\\x0d100%\ndone\n');
    await close();
  });

  it('links to what the results bucket holds', async () => {
    const key = 'dispatches/kept/output/222233334444/eu-west-1/i-1/stdout';
    const { page, trouble, close } = await browser.visit(
      pageOf('kept', [
        row({
          outcome: 'failed',
          stdout: stream('', { bytes: 9_000_000, sha256: 'a'.repeat(64), source: 's3', key }),
          file: {
            path: '/x',
            kind: 'file',
            bytes: 3,
            sha256: 'b'.repeat(64),
            key: `${key}/#1 & 2`,
          },
        }),
      ]),
      { fragment: '#node=i-0123456789abcdef0' },
    );
    const bucket = 'fleetwide-results-111122223333-eu-west-1';
    const at = `https://eu-west-1.console.aws.amazon.com/s3/object/${bucket}?region=eu-west-1&prefix=`;
    const href = (name: string) => page.getByRole('link', { name }).last().getAttribute('href');
    expect(await href(`s3://${bucket}/${key}/#1`)).toBe(`${at}${key}/%231%20%26%202`);
    const whole = page.locator('tr.detail [data-stream=stdout]');
    expect(await whole.getByRole('link').getAttribute('href')).toBe(at + key);
    expect(await whole.innerText()).toContain('fleetwide logs kept --node i-0123456789abcdef0');
    expect(await page.locator('.group').getByRole('link').getAttribute('href')).toBe(at + key);
    for (const name of ['report.csv', 'report.jsonl', 'report.json', 'report.xml'])
      expect(
        await page.locator('footer').getByRole('link', { name, exact: true }).getAttribute('href'),
      ).toBe(`${at}dispatches/kept/${name}`);
    expect(await page.locator('footer').innerText()).toContain(`s3://${bucket}/dispatches/kept/`);
    expect(await href('arn:aws:states')).toContain('/v2/executions/details/arn%3Aaws%3Astates');
    expect(trouble).toEqual([]);
    await close();
  });

  it('searches names and output, also while typing', async () => {
    const { page, close } = await browser.visit(small);
    await page.keyboard.press('/');
    await page.keyboard.type('CONTROL process');
    await expect(shown(page, `of ${FAILED.length} nodes`)).resolves.toBe(true);
    expect(new URL(page.url()).hash).toBe('#q=CONTROL+process');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('web-0017');
    await expect(shown(page, '1–1 of 1 node')).resolves.toBe(true);
    await page.getByRole('searchbox').fill('no such thing');
    await expect(shown(page, 'No node is like that.')).resolves.toBe(true);
    await close();
  });

  it('sorts by a column, either way, and says so', async () => {
    const { page, close } = await browser.visit(small);
    const took = page.getByRole('columnheader', { name: 'Took' });
    await took.getByRole('button').click();
    expect(await took.getAttribute('aria-sort')).toBe('ascending');
    const least = await page.locator('tbody tr').first().locator('.took').innerText();
    await took.getByRole('button').click();
    expect(await took.getAttribute('aria-sort')).toBe('descending');
    expect(least).toMatch(/ ms$/);
    const longest = Math.max(
      ...rows.map((r) => Date.parse(r.endedAt ?? '') - Date.parse(r.startedAt ?? '') || 0),
    );
    expect(await page.locator('tbody tr').first().locator('.took').innerText()).toBe(
      duration(longest),
    );
    await close();
  });

  it('opens an output, and its link opens it for someone else', async () => {
    const { page, close } = await browser.visit(small);
    const [failed] = FAILED;
    await page.getByRole('button', { name: failed?.name ?? '', exact: true }).click();
    const detail = page.locator('tr.detail');
    expect(await detail.locator('[data-stream=stderr] pre').innerText()).toBe(failed?.stderr?.text);
    expect(await detail.innerText()).toContain('exit code 3: the command ended with a non-zero');
    const link = await detail.getByRole('link').getAttribute('href');
    await close();

    // The node of a link may be on a later page than the first.
    const last = rows.findLast((r) => r.outcome === 'succeeded');
    const visit = await browser.visit(small, { fragment: `#node=${last?.node}` });
    expect(await visit.page.locator('tr[data-open]').innerText()).toContain(last?.name);
    expect(await visit.page.getByRole('status').innerText()).toBe(`401–480 of ${NODES} nodes`);
    await visit.page.evaluate((hash) => {
      location.hash = hash ?? '';
    }, link);
    await visit.page.locator('tr[data-open]', { hasText: failed?.name ?? '' }).waitFor();
    expect(visit.trouble).toEqual([]);
    await visit.close();
  });

  it('shows what the sender of a link saw, and survives a link that makes no sense', async () => {
    const fragment = '#outcome=failed&account=222233334444&sort=-took';
    const { page, close } = await browser.visit(small, { fragment });
    expect(await page.locator('#filter-outcome').inputValue()).toBe('failed');
    expect(await page.locator('#filter-account').inputValue()).toBe('222233334444');
    expect(await page.locator('th[aria-sort=descending]').innerText()).toContain('Took');
    const chip = page.getByRole('button', { name: `${FAILED.length} failed` });
    expect(await chip.getAttribute('aria-pressed')).toBe('true');
    await close();
    const odd = await browser.visit(small, {
      fragment: '#page=-7&sort=evil&node=%3Cb%3E&x=%E0%A4',
    });
    expect(await odd.page.getByRole('status').innerText()).toBe(
      `This link names the node “<b>”, which is not here. 1–100 of ${NODES} nodes`,
    );
    expect(odd.trouble).toEqual([]);
    await odd.close();
  });

  it('is used without a mouse: rows open and stay in focus, pages turn', async () => {
    const { page, close } = await browser.visit(small);
    const opener = page.locator('tbody .opener').first();
    await opener.focus();
    await page.keyboard.press('Enter');
    expect(await opener.getAttribute('aria-expanded')).toBe('true');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-node'));
    expect(await focused()).toBe(await opener.getAttribute('data-node'));
    await page.keyboard.press('Space');
    expect(await opener.getAttribute('aria-expanded')).toBe('false');
    await page.getByRole('button', { name: 'Later' }).press('Enter');
    expect(await page.getByRole('status').innerText()).toBe(`101–200 of ${NODES} nodes`);
    await page.getByRole('button', { name: 'Earlier' }).press('Enter');
    await page.getByRole('button', { name: 'Earlier' }).press('Enter');
    expect(await page.getByRole('status').innerText()).toBe(`1–100 of ${NODES} nodes`);
    await close();
  });

  it('prints all nodes, without what paper cannot use', async () => {
    const { page, close } = await browser.visit(small);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('tbody tr').count()).toBe(NODES);
    expect(await page.locator('.toolbar').isVisible()).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.locator('tbody tr').count()).toBe(100);
    await close();
  });

  const shown = (page: Awaited<ReturnType<Browser['visit']>>['page'], text: string) =>
    page
      .getByRole('status')
      .filter({ hasText: text })
      .waitFor({ timeout: 5_000 })
      .then(() => true);
});
