/** Requests for Automation that are refused, each with the path and a remedy. */
import { describe, expect, it } from '@jest/globals';
import { FleetwideError } from '../../../contract/errors.ts';
import { parseRequest } from '../../../contract/request.ts';

const request = (action: object, targets: object = {}) => ({
  action: { type: 'automation', runbook: 'AWS-StopEC2Instance', ...action },
  targets: { accounts: ['222233334444'], regions: ['eu-west-1'], ...targets },
});

function problemsOf(input: unknown) {
  try {
    parseRequest(input);
    return [];
  } catch (error) {
    if (error instanceof FleetwideError) return error.problems;
    throw error;
  }
}

const WRONG: readonly (readonly [what: string, input: unknown, paths: readonly string[]])[] = [
  ['no runbook', request({ runbook: undefined }), ['action.runbook']],
  ['a runbook with a space', request({ runbook: 'Stop it' }), ['action.runbook']],
  ['a version that is none', request({ version: 'latest' }), ['action.version']],
  ['a parameter without a value', request({ parameters: { A: [] } }), ['action.parameters.A']],
  ['an empty value', request({ parameters: { A: [''] } }), ['action.parameters.A[0]']],
  [
    'a value that is too long, and too many of another',
    request({ parameters: { A: ['x'.repeat(513)], B: Array.from({ length: 51 }, String) } }),
    ['action.parameters.A[0]', 'action.parameters.B'],
  ],
  [
    'the role as a parameter',
    request({ parameters: { AutomationAssumeRole: ['arn:aws:iam::222233334444:role/x'] } }),
    ['action.parameters.AutomationAssumeRole'],
  ],
  [
    'nodes given twice',
    request({ nodesParameter: 'Id', parameters: { Id: ['i-1'] } }, { allNodes: true }),
    ['action.parameters.Id'],
  ],
  [
    'one parameter for nodes and role',
    request({ nodesParameter: 'AutomationAssumeRole' }, { allNodes: true }),
    ['action.nodesParameter'],
  ],
  ['nodes that nothing takes', request({}, { tags: { Role: ['web'] } }), ['targets']],
  ['a parameter for nodes, and no nodes', request({ nodesParameter: 'InstanceId' }), ['targets']],
  [
    'a secret as a value',
    request({ parameters: { DbPassword: ['hunter2!'] } }),
    ['action.parameters.DbPassword[0]'],
  ],
];

describe('an automation', () => {
  it('takes accounts and Regions alone, or nodes and the parameter that gets them', () => {
    expect(problemsOf(request({}))).toEqual([]);
    expect(problemsOf(request({ nodesParameter: 'InstanceId' }, { allNodes: true }))).toEqual([]);
    expect(problemsOf(request({ roleParameter: null }))).toEqual([]);
  });

  it.each(WRONG)('is refused for %s', (_what, input, paths) => {
    const problems = problemsOf(input);
    expect(problems.map(({ path }) => path)).toEqual(paths);
    for (const { message, remedy } of problems) expect([message, remedy]).not.toContain('');
  });
});
