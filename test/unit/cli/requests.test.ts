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
  });
});
