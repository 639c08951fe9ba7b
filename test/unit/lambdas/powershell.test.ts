/**
 * What Windows nodes are sent. Windows is not at hand: the text is held against files that a person has read
 * (`GOLDEN=write npm test -- powershell` writes them anew), and parsed by PowerShell itself where there is one.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CopyAction } from '../../../contract/actions/copy.ts';
import { FetchAction } from '../../../contract/actions/fetch.ts';
import { copyFor } from '../../../lambdas/shared/actions/copy.ts';
import { fetchFor } from '../../../lambdas/shared/actions/fetch.ts';
import { string } from '../../../lambdas/shared/actions/powershell.ts';
import {
  inlinePowerShell,
  pwshFile,
  remotePowerShell,
} from '../../../lambdas/shared/actions/powershellRunner.ts';
import type { Program } from '../../../lambdas/shared/actions/program.ts';

const PWSH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((directory) => join(directory, 'pwsh'))
  .find((path) => existsSync(path));

const PROGRAM: Program = {
  name: 'deploy.ps1',
  text: 'param($Path) "päivää $Path"; exit 3\n',
  sha256: 'a'.repeat(64),
  arguments: ['C:\\Program Files\\app', "it's $(x)", ''],
  environment: { MODE: 'a;b' },
  secrets: {},
  region: 'eu-west-1',
  timeoutSeconds: 3600,
};
const SECRETS: Program['secrets'] = {
  DB_PASSWORD: { parameter: '/app/db' },
  TOKEN: { secret: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:app-AbCdEf' },
};
const ACCOUNT = { user: 'CORP\\svc-app', password: { parameter: '/app/svc' } };

const CASES: Readonly<Record<string, string>> = {
  remote: remotePowerShell(PROGRAM),
  inline: inlinePowerShell(PROGRAM).join('\n'),
  pwsh: remotePowerShell({ ...PROGRAM, interpreter: 'pwsh' }),
  python3: remotePowerShell({ ...PROGRAM, interpreter: 'python3', name: 'deploy.py' }),
  secrets: remotePowerShell({ ...PROGRAM, secrets: SECRETS, workingDirectory: 'D:\\app data' }),
  runAs: remotePowerShell({ ...PROGRAM, secrets: SECRETS }, ACCOUNT),
  copy: copied({
    base64: 'AAEC',
    windows: { path: 'C:/Program Files/app.bin', owner: 'CORP\\svc' },
  }),
  fetch: fetched({ windows: 'C:/Program Files/app.log', maxBytes: 1000 }),
  directory: copied({
    object: { uri: 's3://bucket/app.tar.gz', sha256: 'a'.repeat(64) },
    directory: true,
    windows: { path: 'D:\\app' },
  }),
};

/** What a copy action sends to Windows. */
function copied(action: object): string {
  const sending = copyFor(CopyAction.parse({ type: 'copy', ...action }), 60, 'Windows');
  if ('code' in sending) throw new Error(sending.message);
  return sending.parameters({ hub: '111122223333', region: 'eu-west-1' })['commandLine']?.[0] ?? '';
}

function fetched(action: object): string {
  const sending = fetchFor(FetchAction.parse({ type: 'fetch', ...action }), 60, 'Windows');
  if ('code' in sending) throw new Error(sending.message);
  return sending.parameters({ hub: '111122223333', region: 'eu-west-1' })['commands']?.[0] ?? '';
}

/** The text and, one below the other, all texts that it holds encoded. */
function layers(text: string): string {
  const inner = [...text.matchAll(/(?:FromBase64String\(|fleetwide_text )'([\w+/=]{200,})'/g)];
  const shown = text.replaceAll(/'[\w+/=]{200,}'/g, "'…'");
  return [shown, ...inner.map(([, code = '']) => layers(decode(code)))].join(
    `\n${'#'.repeat(60)}\n`,
  );
}
const decode = (code: string) => Buffer.from(code, 'base64').toString('utf-8');

describe('the PowerShell that nodes are sent', () => {
  it.each(Object.entries(CASES))('%s is what was read and found right', (name, text) => {
    const path = join(import.meta.dirname, 'golden', `${name}.ps1`);
    const now = `${layers(text)}\n`;
    if (process.env['GOLDEN'] === 'write') writeFileSync(path, now);
    expect(now).toBe(readFileSync(path, 'utf-8'));
  });

  it.each(Object.entries(CASES))('%s shows Systems Manager nothing to replace', (_name, text) => {
    expect(text).not.toContain('{{');
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('holds any data as it is, in ASCII, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (data) => {
        const value = data.toWellFormed();
        const text = string(value);
        expect(text).toMatch(/^('[\w ./\\:=+@%,-]*'|\(fleetwide_text '[\w+/=]*'\))$/);
        const code = /^\(fleetwide_text '(.*)'\)$/.exec(text)?.[1];
        expect(code === undefined ? text.slice(1, -1) : decode(code)).toBe(value);
      }),
    );
  });

  it('names a secret by its place, and never has a password on a command line', () => {
    const all = layers(CASES['runAs'] ?? '');
    expect(all).toContain('RegisterTaskDefinition');
    expect(all).not.toMatch(/psexec|schtasks|Register-ScheduledTask|-Password/i);
  });
});

(PWSH === undefined ? describe.skip : describe)('where PowerShell is', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'fleetwide-pwsh-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const pwsh = (...words: string[]) =>
    execFileSync(PWSH ?? '', ['-NoProfile', '-NonInteractive', ...words], {
      cwd: directory,
      encoding: 'utf-8',
    });

  it.each(Object.entries(CASES))('%s has no error of syntax at any depth', (_name, text) => {
    const parts = layers(text).split(`\n${'#'.repeat(60)}\n`);
    for (const part of parts) {
      writeFileSync(join(directory, 'part.ps1'), part);
      const found = pwsh(
        '-Command',
        '$e = $null; [void][Management.Automation.Language.Parser]::ParseFile("$PWD/part.ps1", [ref]$null, [ref]$e); $e | ForEach-Object { $_.Message }',
      );
      expect(found).toBe('');
    }
  });

  it('arguments arrive as data', () => {
    const words = ['-Path', "it's", '$(exit 9)', 'ä "b"', '', '--', 'a\nb'];
    writeFileSync(join(directory, 'x.ps1'), '$args | ForEach-Object { "<$_>" }\n');
    writeFileSync(join(directory, 'x.ps1.run.ps1'), pwshFile({ arguments: words }));
    expect(pwsh('-File', join(directory, 'x.ps1.run.ps1'))).toBe(
      words.map((word) => `<${word}>\n`).join(''),
    );
  });
});
