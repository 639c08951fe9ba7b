/** Output is untrusted: nothing that a node, a name or a reason says may run, or pose as something else. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { junit } from '../../report/junit.ts';
import { type Browser, CHROMIUM, openBrowser } from './support/browser.ts';
import { pageOf, row, stream } from './support/pages.ts';

const EVIL = [
  '<script>document.title = "owned"</script>',
  '</script><script>document.title = "owned"</script>',
  '<!--<script>',
  ']]></style><style>body{display:none}</style>',
  '"><img src=x onerror="document.title=\'owned\'">',
  "' onmouseover='document.title=1' x='",
  '<svg onload=alert(1)>',
  '<iframe src="https://example.invalid/"></iframe>',
  'javascript:alert(1)',
  '${alert(1)} {{7*7}}',
  'line\u2028separator\u2029and a\u0000nul',
  '\u202egnp.exe\u2066 turned',
  '\u001b]8;;https://example.invalid/\u0007link\u001b[2J\u001b[31mred',
  '\ud800 alone',
].join('\n');

const rows = [
  row({
    name: EVIL.replaceAll('\n', ' '),
    outcome: 'failed',
    exitCode: 1,
    reason: { code: EVIL, message: EVIL, action: EVIL },
    statusDetails: EVIL,
    stdout: stream(EVIL),
    stderr: stream(EVIL),
  }),
  row({ node: 'i-00000000000000002', name: '__proto__', stdout: stream('</SCRIPT ><b>') }),
];

(CHROMIUM ? describe : describe.skip)('hostile output', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('is shown as text, every character of it that has one, and nothing of it runs', async () => {
    const { page, trouble, close } = await browser.visit(pageOf('hostile', rows), {
      fragment: '#node=i-0123456789abcdef0&q=%3Cscript%3E',
    });
    const shown = await page.locator('tr.detail [data-stream=stdout] pre').textContent();
    expect(shown).toBe(
      EVIL.replace('\u2028', '\\x2028')
        .replace('\u2029', '\\x2029')
        .replace('\u0000', '\\x00')
        .replace('\u202e', '\\x202e')
        .replace('\u2066', '\\x2066')
        .replaceAll('\u001b', '\\x1b')
        .replace('\u0007', '\\x07'),
    );
    expect(await page.title()).toBe('hostile · Fleetwide');
    expect(await page.locator('body script').count()).toBe(2);
    expect(await page.locator('img, iframe, object, embed, svg').count()).toBe(0);
    expect(trouble).toEqual([]);
    await close();
  });

  it('leaves the JUnit XML well-formed', async () => {
    const cases = junit();
    for (const each of rows) cases.add(each);
    const xml = cases.done({
      dispatch: 'hostile',
      startedAt: '2026-11-21T08:00:00Z',
      endedAt: '2026-11-21T08:01:00Z',
      succeeded: false,
      error: EVIL,
      cause: EVIL,
      skippedShards: [{ account: EVIL, region: EVIL, reason: { code: EVIL, message: EVIL } }],
      notFound: [EVIL],
    });
    const { page, close } = await browser.visit(pageOf('hostile', rows));
    const parsed = await page.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, 'application/xml');
      const names = [...document.querySelectorAll('*')].map((e) => e.tagName);
      return {
        error: document.querySelector('parsererror')?.textContent,
        names: [...new Set(names)],
      };
    }, xml);
    expect(parsed).toEqual({
      error: undefined,
      names: [
        'testsuites',
        'testsuite',
        'testcase',
        'failure',
        'system-out',
        'system-err',
        'error',
      ],
    });
    await close();
  });

  it('would not run even if it became an element: the policy knows the page’s own script only', async () => {
    const injected = pageOf('hostile', rows).replace(
      '</body>',
      [
        '<script>document.title = "owned"</script>',
        '<img src="https://example.invalid/x.png" onerror="document.title=\'owned\'">',
        '<p style="color: red" id="styled">x</p>',
        '</body>',
      ].join(''),
    );
    const { page, trouble, close } = await browser.visit(injected);
    await page.locator('main').waitFor();
    expect(await page.title()).toBe('hostile · Fleetwide');
    expect(await page.locator('#styled').evaluate((e) => getComputedStyle(e).color)).not.toBe(
      'rgb(255, 0, 0)',
    );
    const refused = trouble.filter((t) => t.includes('Content Security Policy'));
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(trouble.filter((t) => t.startsWith('request: '))).toEqual([]);
    await close();
  });
});
