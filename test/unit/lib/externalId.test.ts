import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../../lib/configFile.ts';
import { EXTERNAL_ID_FILE, keptExternalId } from '../../../lib/externalId.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'onboarding-config-'));
const BASE = { hub: { account: '111122223333', region: 'eu-west-1' }, regions: ['eu-west-1'] };

function config(content: object): string {
  const path = join(folder(), 'config.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test('is made once and read from then on', () => {
  const path = config(BASE);
  const first = loadConfig(path).externalId;
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(loadConfig(path).externalId).toBe(first);
  const kept = join(path, '..', EXTERNAL_ID_FILE);
  expect(readFileSync(kept, 'utf8')).toBe(`${first}\n`);
  expect(statSync(kept).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(path, '..')).toSorted()).toEqual(['config.json', EXTERNAL_ID_FILE]);
  expect(loadConfig(config(BASE)).externalId).not.toBe(first);
});

test('a stated one stays, and none is made for a configuration with faults', () => {
  const stated = config({ ...BASE, externalId: 'stated-by-its-author' });
  expect(loadConfig(stated).externalId).toBe('stated-by-its-author');
  const faulty = config({ ...BASE, regions: [] });
  expect(() => loadConfig(faulty)).toThrow(/regions/);
  for (const path of [stated, faulty]) expect(readdirSync(join(path, '..'))).toHaveLength(1);
});

test('of two that come at once the first wins', () => {
  const path = config(BASE);
  const made = keptExternalId(path, () => {
    writeFileSync(join(path, '..', EXTERNAL_ID_FILE), 'made-by-the-other-one\n');
    return 'made-too-late';
  });
  expect(made).toBe('made-by-the-other-one');
});

test('where it cannot be kept, the configuration is refused, without the value', () => {
  const path = config(BASE);
  rmSync(join(path, '..'), { recursive: true });
  expect(() => keptExternalId(path, () => 'a-value-nobody-should-see')).toThrow(
    /^(?!.*nobody).*fleetwide\.external-id.*State it in the configuration/s,
  );
});

test('one that was tampered with is refused like a stated one', () => {
  const path = config(BASE);
  writeFileSync(join(path, '..', EXTERNAL_ID_FILE), 'short');
  expect(() => loadConfig(path)).toThrow(/externalId: is no ExternalId/);
});
