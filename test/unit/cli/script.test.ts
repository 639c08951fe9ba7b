import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readScript } from '../../../cli/script.ts';

describe('a local script', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'fleetwide-script-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };

  it('is taken as it is, under a name that a node can have', async () => {
    const text = '\uFEFF#!/bin/sh\r\necho ✓\n';
    expect(await readScript(file('my script.sh', text))).toEqual({ name: 'my_script.sh', text });
  });

  it('is refused when it is not text, or not there', async () => {
    await expect(readScript(file('binary', Buffer.from([0xff, 0xfe])))).rejects.toThrow(/UTF-8/);
    await expect(readScript(join(directory, 'none'))).rejects.toThrow(/cannot read .*none/);
  });
});
