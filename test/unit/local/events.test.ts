import { describe, expect, it } from '@jest/globals';
import { isPattern, matches, patternProblems } from '../../../local/events/pattern.ts';
import { transformed, transformerProblems } from '../../../local/events/transform.ts';
import { problemsOf } from './deploy/support.ts';

const EVENT = { source: 'aws.states', detail: { status: 'ABORTED', name: 'a "b"', tags: ['x'] } };

describe('a pattern', () => {
  it.each([
    [{ source: ['aws.states'] }, true],
    [{ source: ['aws.ec2', 'aws.states'], detail: { status: ['ABORTED', 'FAILED'] } }, true],
    [{ detail: { tags: ['x', 'y'] } }, true],
    [{ detail: { status: ['FAILED'] } }, false],
    [{ detail: { status: ['ABORTED'], absent: ['x'] } }, false],
    [{ nothing: { at: ['all'] } }, false],
  ])('%j', (pattern, expected) => {
    if (!isPattern(pattern)) throw new Error('not a pattern');
    expect(matches(pattern, EVENT)).toBe(expected);
  });

  it('with an operator is refused by its name', () => {
    expect(patternProblems({ detail: { status: [{ prefix: 'A' }] }, $or: [] })).toEqual([
      'detail.status: {"prefix":"A"} is not implemented',
      '$or: not implemented',
    ]);
  });
});

describe('an input transformer', () => {
  it('puts values in as JSON', () => {
    const transformer = {
      InputPathsMap: { name: '$.detail.name', none: '$.detail.none' },
      InputTemplate: '{"dispatch": <name>, "none": <none>}',
    };
    expect(transformerProblems(transformer)).toEqual([]);
    expect(JSON.parse(transformed(transformer, EVENT))).toEqual({ dispatch: 'a "b"', none: null });
  });

  it('of another form is refused', () => {
    expect(
      transformerProblems({ InputPathsMap: { a: '$.b[0]' }, InputTemplate: '"is <a> or <c>"' }),
    ).toEqual([
      'InputPathsMap.a: $.b[0] is not implemented',
      'InputTemplate: <c> is not in InputPathsMap',
      'InputTemplate: not a JSON object with variables as whole values',
    ]);
  });
});

it('a rule is deployed whole, or refused with all that is wrong', async () => {
  const rule = {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'r',
      ScheduleExpression: 'rate(1 day)',
      EventPattern: { source: [{ exists: true }] },
      Targets: [{ Id: 'a', Arn: 'arn:aws:sqs:eu-west-1:111122223333:q', RoleArn: 'r' }],
    },
  };
  expect(await problemsOf({ Resources: { Rule: rule } })).toEqual([
    'Rule (AWS::Events::Rule).EventPattern: source: {"exists":true} is not implemented',
    'Rule (AWS::Events::Rule).Targets.0.Arn: only state machines are targets here',
    'Rule (AWS::Events::Rule).ScheduleExpression: not implemented by the embedded AWS',
  ]);
});
