import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readRequest } from '../../../cli/requestFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleetwide-request-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const TARGETS = `targets:
  accounts: ["012345678901"]
  regions: [eu-west-1]
  allNodes: true
`;

describe('a request in a file', () => {
  it('may be YAML, with lines as they are', async () => {
    const text = `# restarts
action:
  type: command
  linux:
    - |
      set -e
      echo no
    - uptime
${TARGETS}waves: [1, 10%, 100%]
`;
    expect(await readRequest(file('a.yaml', text))).toMatchObject({
      action: { linux: ['set -e\necho no\n', 'uptime'] },
      targets: { accounts: ['012345678901'] },
      waves: ['1', '10%', '100%'],
    });
  });

  it('may be JSON', async () => {
    const text = JSON.stringify({
      action: { type: 'command', linux: ['a\tb'] },
      targets: { accounts: ['012345678901'], regions: ['eu-west-1'], allNodes: true },
    });
    expect(await readRequest(file('a.json', text))).toMatchObject({ action: { linux: ['a\tb'] } });
  });

  it.each([
    ['a key twice', `a: 1\na: 2\n`, /neither JSON nor YAML[\s\S]*unique/],
    ['a broken list', `a: [1\n`, /neither JSON nor YAML[\s\S]*line 2/],
    ['two documents', `a: 1\n---\nb: 2\n`, /neither JSON nor YAML/],
    ['an unquoted account', TARGETS.replaceAll('"', ''), /InvalidRequest|expected an action/],
    ['an unknown tag', `action: !secret x\n${TARGETS}`, /neither JSON nor YAML[\s\S]*!secret/],
  ])('with %s is refused', async (_, text, message) => {
    await expect(readRequest(file('wrong.yaml', text))).rejects.toThrow(message);
  });

  it('that is not there is an error that names it', async () => {
    await expect(readRequest(join(folder, 'none.json'))).rejects.toThrow(/cannot read .*none.json/);
  });
});
