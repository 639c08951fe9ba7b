/** Debian's Chromium, driven by playwright-core. Where there is none, the tests skip themselves and say so. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);
if (!CHROMIUM) console.warn('test/browser is skipped: no chromium here (apt-get install chromium)');

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Visit {
  readonly page: Page;
  /** Everything that should not be: errors, warnings, refused scripts, and requests for anything but the file. */
  readonly trouble: string[];
  close: () => Promise<void>;
}

export interface Browser {
  /** Opens the page from a file, as a person who was sent it does. */
  visit(html: string, options?: Options): Promise<Visit>;
  close: () => Promise<void>;
}

interface Options {
  readonly fragment?: string;
  readonly dark?: boolean;
  readonly width?: number;
}

export async function openBrowser(): Promise<Browser> {
  const root = mkdtempSync(join(tmpdir(), 'fleetwide-browser-'));
  const context: BrowserContext = await chromium.launchPersistentContext(join(root, 'profile'), {
    executablePath: CHROMIUM ?? '',
    args: ARGS,
  });
  let files = 0;
  return {
    async visit(html, { fragment = '', dark = false, width = 1280 } = {}) {
      const file = join(root, `report-${files++}.html`);
      writeFileSync(file, html);
      const url = pathToFileURL(file).href;
      const page = await context.newPage();
      page.setDefaultTimeout(5_000);
      const trouble: string[] = [];
      page.on('console', (m) => {
        if (m.type() !== 'log' && m.type() !== 'info') trouble.push(`${m.type()}: ${m.text()}`);
      });
      page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
      page.on('dialog', (dialog) => {
        trouble.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('requestfinished', (request) => {
        if (request.url().split('#')[0] !== url) trouble.push(`request: ${request.url()}`);
      });
      page.on('requestfailed', (request) => {
        const refused = request.failure()?.errorText === 'csp';
        trouble.push(`${refused ? 'refused' : 'request'}: ${request.url()}`);
      });
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
      await page.goto(url + fragment);
      return { page, trouble, close: () => page.close() };
    },
    async close() {
      await context.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
