import { describe, expect, it } from '@jest/globals';
import { FleetwideError } from '../../../contract/errors.ts';
import { errorBudgetOf, parseRequest, requestJsonSchema } from '../../../contract/request.ts';

const GOOD = {
  action: { type: 'command', linux: ['uptime'] },
  targets: { accounts: ['111122223333'], regions: ['eu-west-1'], allNodes: true },
};

const problemsOf = (input: unknown) => {
  try {
    parseRequest(input);
  } catch (error) {
    if (error instanceof FleetwideError) return error.problems;
    throw error;
  }
  return [];
};

describe('a request', () => {
  it('fills in what it leaves open', () => {
    const request = parseRequest(GOOD);
    expect(request).toMatchObject({
      mode: 'run',
      requester: 'unstated',
      waves: ['100%'],
      timeouts: { deliverySeconds: 600, executionSeconds: 3600 },
    });
    expect(parseRequest(request)).toEqual(request);
  });

  it('has an error budget that depends on its waves unless it states one', () => {
    expect(errorBudgetOf(parseRequest(GOOD))).toBe('100%');
    expect(errorBudgetOf(parseRequest({ ...GOOD, waves: [1, '100%'] }))).toBe('0');
    expect(errorBudgetOf(parseRequest({ ...GOOD, waves: [1, '100%'], errorBudget: 7 }))).toBe('7');
  });

  it('takes numbers and texts for counts alike', () => {
    expect(parseRequest({ ...GOOD, waves: [1, '2', '50%', '100%'] }).waves).toEqual([
      '1',
      '2',
      '50%',
      '100%',
    ]);
  });

  const target = (change: object) => ({ ...GOOD, targets: { ...GOOD.targets, ...change } });
  const action = (change: object) => ({ ...GOOD, action: { ...GOOD.action, ...change } });
  const WRONG: readonly [what: string, input: unknown, paths: readonly string[]][] = [
    ['no object', 'uptime', ['']],
    ['nothing', {}, ['action', 'targets']],
    ['an unknown action', { ...GOOD, action: { type: 'scritp' } }, ['action.type']],
    ['no line', action({ linux: [] }), ['action.linux', 'action.linux']],
    ['blank lines', action({ linux: ['', ' '] }), ['action.linux']],
    ['an interpolation', action({ linux: ['echo {{ssm:x}}'] }), ['action.linux[0]']],
    ['a NUL', action({ linux: ['a\0b'] }), ['action.linux[0]']],
    ['an unknown field', { ...GOOD, acounts: [] }, ['acounts']],
    ['an account as a number', target({ accounts: [111122223333] }), ['targets.accounts[0]']],
    ['a short account', target({ accounts: ['1111'] }), ['targets.accounts[0]']],
    [
      'an account twice',
      target({ accounts: ['111122223333', '111122223333'] }),
      ['targets.accounts'],
    ],
    ['no Region', target({ regions: [] }), ['targets.regions']],
    ['a zone for a Region', target({ regions: ['eu-west-1a'] }), ['targets.regions[0]']],
    [
      'a wrong node id',
      target({ allNodes: undefined, instanceIds: ['i-1'] }),
      ['targets.instanceIds[0]'],
    ],
    ['nodes in two ways', target({ tags: { Role: ['web'] } }), ['targets']],
    ['nodes in no way', target({ allNodes: undefined }), ['targets']],
    [
      'six tag values',
      target({ allNodes: undefined, tags: { R: [...'abcdef'] } }),
      ['targets.tags.R'],
    ],
    ['an unknown mode', { ...GOOD, mode: 'dry' }, ['mode']],
    ['a requester with a slash', { ...GOOD, requester: 'a/b' }, ['requester']],
    ['waves that do not end', { ...GOOD, waves: ['1', '50%'] }, ['waves']],
    ['waves that shrink', { ...GOOD, waves: ['5%', '1%', '100%'] }, ['waves']],
    ['an empty wave', { ...GOOD, waves: ['0', '100%'] }, ['waves']],
    ['a budget of words', { ...GOOD, errorBudget: 'few' }, ['errorBudget']],
    ['a budget above all', { ...GOOD, errorBudget: '101%' }, ['errorBudget']],
    ['no concurrency', { ...GOOD, maxConcurrency: 0 }, ['maxConcurrency']],
    [
      'a delivery time SSM refuses',
      { ...GOOD, timeouts: { deliverySeconds: 5 } },
      ['timeouts.deliverySeconds'],
    ],
    [
      'a run time the agent ignores',
      { ...GOOD, timeouts: { executionSeconds: 200_000 } },
      ['timeouts.executionSeconds'],
    ],
    ['zero nodes', { ...GOOD, maxNodes: 0 }, ['maxNodes']],
  ];

  it.each(WRONG)('is refused for %s', (_what, input, paths) => {
    const problems = problemsOf(input);
    expect(problems.map((p) => p.path)).toEqual(paths);
    for (const problem of problems) {
      expect(problem.message).not.toBe('');
      expect(problem.remedy).not.toBe('');
    }
  });

  it('is refused for all its problems at once', () => {
    const paths = problemsOf({
      action: { type: 'command', linux: ['{{'] },
      targets: { accounts: ['x'], regions: ['y'] },
      mode: 'z',
    }).map((p) => p.path);
    expect(paths).toEqual([
      'action.linux[0]',
      'targets.accounts[0]',
      'targets.regions[0]',
      'targets',
      'mode',
    ]);
  });

  it('has a JSON Schema that names its fields', () => {
    const schema = requestJsonSchema();
    expect(schema).toMatchObject({
      properties: { targets: { properties: { accounts: { type: 'array' } } } },
      required: ['action', 'targets'],
    });
  });
});
