import { describe, expect, it } from '@jest/globals';
import { parseRequest } from '../../../contract/request.ts';
import { requestFrom } from '../../../cli/requests.ts';
import { harmless } from '../../../cli/text.ts';

const BASE = { accounts: '111122223333, 444455556666', regions: 'eu-west-1' };

describe('flags', () => {
  it('become a request', () => {
    const request = requestFrom(
      {
        ...BASE,
        tag: ['Role=web,api', 'Env=prod'],
        waves: '1,50%,100%',
        maxErrors: '2',
        plan: true,
      },
      ['uptime'],
      'ops',
    );
    expect(parseRequest(request)).toMatchObject({
      action: { linux: ['uptime'] },
      targets: {
        accounts: ['111122223333', '444455556666'],
        tags: { Role: ['web', 'api'], Env: ['prod'] },
      },
      waves: ['1', '50%', '100%'],
      errorBudget: '2',
      mode: 'plan',
      requester: 'ops',
    });
  });

  it('say when waves go, what holds them back and which nodes are left', () => {
    const request = requestFrom(
      {
        ...BASE,
        allNodes: true,
        platform: 'Linux,MacOS',
        ping: 'Online',
        agentAtLeast: '3.2.0.0',
        sample: '2.5%',
        sampleSeed: 'november',
        waves: '1,100%',
        seed: 'web',
        pause: '900',
        tolerate: 'undeliverable,denied',
        startAfter: '2026-11-21T22:00:00+01:00',
        stopSendingAfter: '2026-11-22T04:00:00+01:00',
        approveBefore: '1,2',
        approvalExpires: '3600',
        dedupe: 'release-7',
        overallTimeout: '7200',
      },
      ['uptime'],
      'ops',
    );
    expect(parseRequest(request)).toMatchObject({
      targets: {
        platforms: ['Linux', 'MacOS'],
        pingStatus: ['Online'],
        agentAtLeast: '3.2.0.0',
        sample: { percent: 2.5, seed: 'november' },
      },
      seed: 'web',
      pauseBetween: 900,
      tolerate: ['undeliverable', 'denied'],
      window: {
        startAfter: '2026-11-21T22:00:00+01:00',
        stopSendingAfter: '2026-11-22T04:00:00+01:00',
      },
      approval: { before: [1, 2], expiresAfterSeconds: 3600 },
      dedupe: 'release-7',
      timeouts: { overallSeconds: 7200 },
    });
    const short = { ...BASE, allNodes: true, sample: '3', approveBefore: 'every' };
    expect(parseRequest(requestFrom(short, ['uptime'], 'ops'))).toMatchObject({
      targets: { sample: { count: 3 } },
      approval: { before: 'every' },
    });
  });

  it.each([
    [['systemctl restart nginx && echo done'], 'systemctl restart nginx && echo done'],
    [['echo', 'a b', "it's", '$HOME', '*'], `echo 'a b' 'it'\\''s' '$HOME' '*'`],
  ])('a command of the words %p is the line %s', (words, line) => {
    const { action } = parseRequest(requestFrom({ ...BASE, allNodes: true }, words, 'ops'));
    expect(action).toMatchObject({ linux: [line] });
  });

  it('send a script with the words as its arguments, unquoted', () => {
    const script = { name: 'x.sh', text: '#!/bin/sh\n' };
    const flags = { ...BASE, allNodes: true, env: ['A=b=c', 'E='], delivery: 'inline' as const };
    const { action } = parseRequest(requestFrom(flags, ['a b', "it's"], 'ops', script));
    expect(action).toEqual({
      type: 'script',
      ...script,
      arguments: ['a b', "it's"],
      environment: { A: 'b=c', E: '' },
      secrets: {},
      delivery: 'inline',
    });
    const wrong = (change: object) => () => requestFrom({ ...flags, ...change }, [], 'ops', script);
    expect(wrong({ env: ['A'] })).toThrow(/--env "A"/);
  });

  it.each([
    [{ maxNodes: 'abc' }, '--max-nodes "abc"'],
    [{ deliveryTimeout: '' }, '--delivery-timeout ""'],
    [{ platform: 'BeOS' }, '--platform "BeOS": expected some of Linux, Windows, MacOS'],
    [{ ping: 'online' }, '--ping "online"'],
    [{ tolerate: 'failed' }, '--tolerate "failed"'],
    [{ sample: 'some' }, '--sample "some"'],
    [{ sample: 'x%' }, '--sample "x%"'],
    [{ sampleSeed: 'x' }, '--sample-seed says nothing without --sample'],
    [{ approvalExpires: '60' }, '--approval-expires says nothing without --approve-before'],
    [{ approveBefore: 'last' }, '--approve-before "last"'],
    [{ pause: 'a day' }, '--pause "a day"'],
  ])('refuse %j by name', (flags, text) => {
    expect(() => requestFrom({ ...BASE, ...flags }, ['uptime'], 'ops')).toThrow(text);
  });

  it('do not widen a rollout when a wave list is empty', () => {
    const request = requestFrom({ ...BASE, allNodes: true, waves: '' }, ['uptime'], 'ops');
    expect(() => parseRequest(request)).toThrow('waves');
  });

  it('refuse a tag without a value by name', () => {
    expect(() => requestFrom({ ...BASE, tag: ['Role'] }, ['uptime'], 'ops')).toThrow(
      /--tag "Role"/,
    );
  });
});

describe('text from a node', () => {
  it('cannot steer the terminal', () => {
    expect(harmless('a\x1b[31mred\x07\x9b\r\nb\tc\u202e')).toBe(
      'a\\x1b[31mred\\x07\\x9b\nb\tc\\x202e',
    );
    expect(harmless('10%\r50%\r100%\r\n\r')).toBe('10%\\x0d50%\\x0d100%\n\\x0d');
  });
});

describe('who runs it, and what is read for it', () => {
  const action = (flags: object) => requestFrom({ ...flags }, ['id', '-un'], 'jane').action;

  it('is stated by place, for commands and scripts', () => {
    expect(
      action({ runAs: 'app', secret: ['DB=ssm:/app/db', 'TOKEN=secretsmanager:app/token'] }),
    ).toMatchObject({
      runAs: { linux: 'app' },
      secrets: { DB: { parameter: '/app/db' }, TOKEN: { secret: 'app/token' } },
    });
    expect(action({ runAs: 'CORP\\svc=ssm:/corp/svc', windows: true })).toMatchObject({
      runAs: { windows: { user: 'CORP\\svc', password: { parameter: '/corp/svc' } } },
    });
  });

  it.each([
    [{ runAs: 'CORP\\svc' }, /needs a password; say where it is kept/],
    [{ runAs: 'CORP\\svc=hunter2' }, /the place and not the secret/],
    [{ secret: ['DB'] }, /expected NAME=ssm:/],
    [{ secret: ['DB=hunter2'] }, /--secret DB: expected ssm:.*the place and not the secret/],
  ])('%j is refused, and what may be a secret is not repeated', (flags, said) => {
    let text = '';
    try {
      action(flags);
    } catch (error) {
      text = String(error);
    }
    expect(text).toMatch(said);
    expect(text).not.toContain('hunter2');
  });
});
