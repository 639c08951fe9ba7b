import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { main } from '../../../cli/main.ts';
import { fakeTerminal } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleetwide-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function scriptFor(shell: string): Promise<string> {
  const terminal = fakeTerminal();
  expect(await main(['node', 'fleetwide', 'completion', shell], terminal)).toBe(0);
  const file = join(folder, shell);
  writeFileSync(file, `${terminal.printed.join('\n')}\n`);
  return file;
}

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

describe('completion for bash', () => {
  let file = '';
  beforeAll(async () => {
    file = await scriptFor('bash');
    writeFileSync(join(folder, 'patch.sh'), '');
  });
  /** What bash offers for these words, the last being typed. */
  const offers = (...words: string[]): string[] => {
    const list = words.map((word) => `'${word}'`).join(' ');
    const script = `set -u; source ${file}; COMP_WORDS=(fleetwide ${list}); COMP_CWORD=${words.length}
      _fleetwide; for each in "\${COMPREPLY[@]}"; do echo "$each"; done`;
    const text = execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf-8' });
    return text.split('\n').filter((line) => line !== '');
  };

  it.each([
    [['st'], ['status']],
    [['--pro'], ['--profile']],
    [['--region', 'eu-west-1', 'resu'], ['results']],
    [
      ['results', 'an-id', '--format', 'js'],
      ['json', 'jsonl'],
    ],
    [['results', 'an-id', '--pro'], ['--profile']],
    [
      ['config', ''],
      ['show', 'init', '--help', '--region', '--profile', '--json'],
    ],
    [['config', 'show', '--or'], ['--origin']],
    [['list', '--requester', 'run', '--li'], ['--limit']],
    [['completion', 'z'], ['zsh']],
    [['run', '--script', 'pat'], ['patch.sh']],
    [['run', '--accounts', ''], []],
    [['run', '--all-nodes', '--', 'resu'], []],
  ])('%j → %j', (words, expected) => {
    expect(offers(...words)).toEqual(expected);
  });

  it('runs nothing of what was typed', () => {
    const before = readdirSync(folder);
    expect(offers('run', '$(touch pwned)', '`touch pwned`', '')).not.toEqual([]);
    expect(readdirSync(folder)).toEqual(before);
  });
});

(has('zsh') ? describe : describe.skip)('completion for zsh', () => {
  it('is a script that zsh reads', async () => {
    const file = await scriptFor('zsh');
    expect(spawnSync('zsh', ['-n', file], { encoding: 'utf-8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});

(has('fish') ? describe : describe.skip)('completion for fish', () => {
  it('offers what there is', async () => {
    const file = await scriptFor('fish');
    const offers = (line: string): string[] =>
      execFileSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
        encoding: 'utf-8',
      })
        .split('\n')
        .map((each) => each.split('\t')[0] ?? '')
        .filter((each) => each !== '');
    expect(offers('fleetwide stat')).toEqual(['status']);
    expect(offers('fleetwide results x --format js')).toEqual(['json', 'jsonl']);
    expect(offers('fleetwide config sh')).toEqual(['show']);
    expect(offers('fleetwide list --st')).toEqual(['--status']);
  });
});
