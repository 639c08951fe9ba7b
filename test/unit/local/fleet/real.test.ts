import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import type { Job, JobResult } from '../../../../local/fleet/index.ts';
import { ACCOUNT, job, jobWith, never, REGION, testFleet } from './support.ts';

const clock = new VirtualClock(0);
const fleet = testFleet(clock, { environment: () => ({ EXTRA: 'given' }) });
const node = fleet.addNode({ account: ACCOUNT, region: REGION });
afterAll(() => fleet.close());

async function run(task: Job, signal = never()): Promise<JobResult> {
  const result = await fleet.run(node, task, signal);
  if (!result) throw new Error('the node never answered');
  return result;
}

const failed = (code: number) => `failed to run commands: exit status ${code}`;
const print = (count: number) => `head -c ${count} /dev/zero | tr '\\0' x`;

async function runElsewhere(line: string): Promise<void> {
  await fleet.run(fleet.addNode({ account: ACCOUNT, region: REGION }), job(line), never());
}

describe('a script on a real node ends as the agent was measured to end it', () => {
  it.each<[string, string[], Partial<JobResult>]>([
    ['exit 0', ['echo hello'], { status: 'Success', exitCode: 0, stdout: 'hello\n', stderr: '' }],
    [
      'exit 3',
      ['echo no >&2', 'exit 3'],
      { status: 'Failed', exitCode: 3, stderr: `no\n${failed(3)}` },
    ],
    [
      'only the last command counts',
      ['false', 'echo still'],
      { status: 'Success', stdout: 'still\n' },
    ],
    ['set -e', ['set -e', 'false', 'echo still'], { status: 'Failed', exitCode: 1, stdout: '' }],
    ['exit 137 of its own', ['exit 137'], { status: 'TimedOut', exitCode: 137, stderr: '' }],
    ['SIGKILL of its own', ['kill -9 $$'], { status: 'TimedOut', exitCode: 137 }],
    ['the shebang is honoured', ['#!/bin/cat', 'text'], { stdout: '#!/bin/cat\ntext\n' }],
    ['NUL', [String.raw`printf 'a\000b'`], { status: 'Success', stdout: 'a\0b' }],
    ['invalid UTF-8', [String.raw`printf 'a\377b'`], { status: 'Success', stdout: 'a\uFFFDb' }],
  ])('%s', async (_, lines, expected) => {
    expect(await run(job(...lines))).toMatchObject(expected);
  });

  it('names an unknown command and its code', async () => {
    const result = await run(job('no-such-command'));
    expect(result).toMatchObject({ status: 'Failed', exitCode: 127 });
    expect(result.stderr).toMatch(
      /no-such-command.*not found\nfailed to run commands: exit status 127$/s,
    );
  });

  it('cuts both streams at 24,000 bytes and keeps the whole in files', async () => {
    const whole = await run(job(print(23_999)));
    expect(whole.stdout).toBe('x'.repeat(23_999));
    const cut = await run(job(print(24_000), `${print(30_000)} >&2`));
    expect(cut.stdout).toBe(`${'x'.repeat(23_980)}--output truncated--`);
    expect(cut.stderr).toBe(`${'x'.repeat(23_980)}--output truncated--`);
    expect(readFileSync(cut.files?.stderr ?? '', 'utf8')).toBe('x'.repeat(30_000));
  });

  it('kills the whole group at the execution timeout and keeps the output so far', async () => {
    const task = jobWith({ timeoutSeconds: 5 }, 'echo begun', '(sleep 7; touch lived) & sleep 60');
    const result = await run(task);
    expect(result).toMatchObject({
      status: 'TimedOut',
      exitCode: 137,
      stdout: 'begun\n',
      stderr: '',
    });
    await wait(2500);
    expect(existsSync(`${fleet.home(node.id)}/lived`)).toBe(false);
  });

  it('cancels', async () => {
    const cancel = new AbortController();
    const running = run(job('echo begun', 'echo $$ > pid', 'sleep 60'), cancel.signal);
    while (!existsSync(`${fleet.home(node.id)}/pid`)) await wait(20);
    cancel.abort();
    expect(await running).toMatchObject({ status: 'Cancelled', exitCode: 137, stdout: 'begun\n' });
  });

  it('waits for a background child that holds stdout, not for one that does not', async () => {
    const result = await run(
      job('(sleep 0.5; echo late) &', 'sleep 30 >/dev/null 2>&1 &', 'echo first'),
    );
    expect(result).toMatchObject({ status: 'Success', stdout: 'first\nlate\n' });
  });

  it('reboots on 194 and runs the script again', async () => {
    const before = clock.now();
    const result = await run(
      job('if [ -e rebooted ]; then echo second; else touch rebooted; echo first; exit 194; fi'),
    );
    expect(result).toMatchObject({ status: 'Success', exitCode: 0, stdout: 'first\nsecond\n' });
    expect(clock.now() - before).toBe(20_000);
  });

  it('gives the script its home and a scrubbed environment', async () => {
    const task = job('pwd', 'env | sort');
    const { stdout } = await run(task);
    const home = fleet.home(node.id);
    const [directory, ...lines] = stdout.trimEnd().split('\n');
    const variables = Object.fromEntries(lines.map((line) => line.split('=', 2)));
    expect(directory).toBe(home);
    expect(variables).toMatchObject({
      HOME: home,
      AWS_SSM_INSTANCE_ID: node.id,
      AWS_SSM_REGION_NAME: REGION,
      AWS_SSM_PLATFORM_NAME: 'Amazon Linux',
      AWS_SSM_PLATFORM_VERSION: '2023',
      SSM_COMMAND_ID: task.commandId,
      EXTRA: 'given',
    });
    expect(Object.keys(variables)).not.toContain('NODE_OPTIONS');
    expect(Object.keys(variables).filter((name) => /^(npm_|NODE|JEST)/.test(name))).toEqual([]);
  });

  it('runs in the working directory that the job names, and fails by name when there is none', async () => {
    expect(await run(jobWith({ workingDirectory: '/' }, 'pwd'))).toMatchObject({ stdout: '/\n' });
    expect(await run(jobWith({ workingDirectory: 'missing' }, 'pwd'))).toMatchObject({
      status: 'Failed',
      exitCode: 1,
      stderr: `failed to run commands: chdir ${fleet.home(node.id)}/missing: no such file or directory`,
    });
  });

  it('runs five commands of a node at once', async () => {
    const started = fleet.executions();
    const marks = Array.from({ length: 6 }, (_, i) =>
      run(job(`touch at-${i}`, 'while [ ! -e go ]; do sleep 0.05; done', 'ls at-* | wc -l')),
    );
    while (!existsSync(`${fleet.home(node.id)}/at-4`)) await wait(20);
    await wait(100);
    expect(existsSync(`${fleet.home(node.id)}/at-5`)).toBe(false);
    await runElsewhere(`touch ${fleet.home(node.id)}/go`);
    expect((await Promise.all(marks)).map(({ status }) => status)).toEqual(
      Array(6).fill('Success'),
    );
    expect(fleet.executions() - started).toBe(7);
  });

  it('loses the answer of a node that dies, and keeps that of one that is cut off for a while', async () => {
    const dying = fleet.addNode({ account: ACCOUNT, region: REGION });
    const lost = fleet.run(dying, job('touch begun', 'sleep 60'), never());
    while (!existsSync(`${fleet.home(dying.id)}/begun`)) await wait(20);
    fleet.update(dying.id, { state: 'stopped' });
    expect(await lost).toBeUndefined();

    const away = fleet.addNode({ account: ACCOUNT, region: REGION });
    let answered = false;
    const late = fleet.run(away, job('echo done'), never()).finally(() => {
      answered = true;
    });
    fleet.update(away.id, { pingStatus: 'ConnectionLost' });
    await wait(300);
    expect(answered).toBe(false);
    fleet.update(away.id, { pingStatus: 'Online' });
    expect(await late).toMatchObject({ status: 'Success', stdout: 'done\n' });
  });
});

describe('virtual time', () => {
  it('stands still while a script runs', async () => {
    let fired = false;
    const timer = clock.after(1, () => {
      fired = true;
    });
    const seen = run(job('sleep 0.3')).then(() => fired);
    await wait(150);
    expect(fired).toBe(false);
    await seen;
    timer.cancel();
  });
});

describe('closing the fleet', () => {
  it('ends its process, with all that the scripts left behind', async () => {
    const other = testFleet(new VirtualClock(0));
    const left = other.addNode({ account: ACCOUNT, region: REGION });
    const result = await other.run(left, job('sleep 60 >/dev/null 2>&1 & echo $!'), never());
    const pid = Number(result?.stdout);
    expect(isAlive(pid)).toBe(true);
    await other.close();
    await wait(50);
    expect(isAlive(pid)).toBe(false);
    await expect(other.run(left, job('true'), never())).rejects.toThrow('the fleet is closed');
  });
});

/** A zombie that nobody reaps is dead too. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'));
}
