import { describe, expect, test } from '@jest/globals';
import { deployed, logGroup, problemsOf, role } from './support.ts';

const join = (...parts: readonly unknown[]) => ({ 'Fn::Join': ['', parts] });

/** What `value` comes to, in a stack with a role, parameters and conditions. */
async function valueOf(value: unknown, more = {}) {
  const template = {
    Parameters: {
      Stage: { Type: 'String', Default: 'test' },
      Zones: { Type: 'CommaDelimitedList', Default: 'a, b,c' },
    },
    Conditions: {
      IsTest: { 'Fn::Equals': [{ Ref: 'Stage' }, 'test'] },
      IsLive: { 'Fn::Not': [{ Condition: 'IsTest' }] },
      Both: { 'Fn::And': [{ Condition: 'IsTest' }, { Condition: 'IsLive' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsTest' }, { Condition: 'IsLive' }] },
    },
    Resources: { Node: role('node', { Path: '/x/' }) },
    Outputs: { V: { Value: value } },
  };
  return (await deployed(template, more)).outputs['V'];
}

describe('intrinsic functions', () => {
  test.each([
    ['Ref of a resource', { Ref: 'Node' }, 'node'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'test'],
    ['Ref of a list', { Ref: 'Zones' }, ['a', 'b', 'c']],
    ['GetAtt', { 'Fn::GetAtt': ['Node', 'Arn'] }, 'arn:aws:iam::111122223333:role/x/node'],
    ['GetAtt, as text', { 'Fn::GetAtt': 'Node.Arn' }, 'arn:aws:iam::111122223333:role/x/node'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-test-1'],
    ['Join of a list', { 'Fn::Join': ['+', { Ref: 'Zones' }] }, 'a+b+c'],
    ['Select', { 'Fn::Select': ['1', { Ref: 'Zones' }] }, 'b'],
    ['Split', { 'Fn::Split': ['/', 'a/b'] }, ['a', 'b']],
    [
      'Select of Split of GetAtt',
      { 'Fn::Select': [1, { 'Fn::Split': ['role/', { 'Fn::GetAtt': ['Node', 'Arn'] }] }] },
      'x/node',
    ],
    [
      'Sub',
      { 'Fn::Sub': '${AWS::Region}/${Stage}/${Node.Arn}' },
      'eu-west-1/test/arn:aws:iam::111122223333:role/x/node',
    ],
    [
      'Sub, own names',
      { 'Fn::Sub': ['${A}${!B}${Stage}', { A: join('x', { Ref: 'Node' }) }] },
      'xnode${B}test',
    ],
    ['If, yes', { 'Fn::If': ['IsTest', 'yes', { 'Fn::Nothing': 1 }] }, 'yes'],
    ['If, no', { 'Fn::If': ['Both', 'yes', { Ref: 'Stage' }] }, 'test'],
    ['Or', { 'Fn::If': ['Either', 1, 2] }, 1],
    [
      'pseudo parameters',
      ['Partition', 'AccountId', 'Region', 'StackName', 'URLSuffix'].map((p) => ({
        Ref: `AWS::${p}`,
      })),
      ['aws', '111122223333', 'eu-west-1', 'Test', 'amazonaws.com'],
    ],
    [
      'NoValue',
      { a: 1, b: { Ref: 'AWS::NoValue' }, c: [{ Ref: 'AWS::NoValue' }, 2] },
      { a: 1, c: [2] },
    ],
    [
      'an object with one key of another name',
      { Condition: { Ref: 'Stage' } },
      { Condition: 'test' },
    ],
  ])('%s', async (_, value, expected) => {
    expect(await valueOf(value)).toEqual(expected);
  });

  test('parameters that are given decide', async () => {
    expect(
      await valueOf(
        { 'Fn::If': ['IsLive', { Ref: 'Stage' }, 0] },
        { parameters: { Stage: 'live' } },
      ),
    ).toBe('live');
  });

  test.each([
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue: not implemented by the embedded AWS'],
    [{ 'Fn::FindInMap': ['a', 'b', 'c'] }, 'Fn::FindInMap: not implemented by the embedded AWS'],
    [{ Ref: 'Nobody' }, 'Ref Nobody: there is no such parameter or resource'],
    [{ Ref: 'AWS::StackId' }, 'Ref AWS::StackId: there is no such parameter or resource'],
    [
      { 'Fn::GetAtt': ['Node', 'RoleId'] },
      'Fn::GetAtt Node.RoleId: not implemented, or not created',
    ],
    [{ 'Fn::If': ['Unheard', 1, 2] }, 'Conditions.Unheard: there is no such condition'],
    [{ 'Fn::Select': [7, ['a']] }, 'Fn::Select: there is no item 7 among 1'],
    [{ 'Fn::Join': ['', [['a']]] }, 'Fn::Join: wants a text, not ["a"]'],
  ])('%j is refused', async (value, problem) => {
    const template = { Resources: { Node: role('node') }, Outputs: { V: { Value: value } } };
    expect(await problemsOf(template)).toEqual([`Outputs.V: ${problem}`]);
  });
});

describe('order', () => {
  test('what is referred to comes first: by Ref, GetAtt, Sub and DependsOn', async () => {
    const { calls } = await deployed({
      Resources: {
        D: { ...logGroup('d'), DependsOn: 'C' },
        C: logGroup({ 'Fn::Sub': ['${B}-${X}', { X: { Ref: 'B' } }] }),
        B: logGroup(join('b-', { 'Fn::GetAtt': ['A', 'Arn'] })),
        A: role('a'),
      },
    });
    expect(calls.map(([, made]) => Object(made).name)).toEqual([
      'a',
      'b-arn:aws:iam::111122223333:role/a',
      'b-arn:aws:iam::111122223333:role/a-b-arn:aws:iam::111122223333:role/a',
      'd',
    ]);
  });

  test('a circle is named', async () => {
    expect(
      await problemsOf({ Resources: { A: logGroup({ Ref: 'B' }), B: logGroup({ Ref: 'A' }) } }),
    ).toEqual(['Resources: Circular: A → B → A']);
  });
});

describe('parameters and conditions', () => {
  test('a resource whose condition does not hold is not created', async () => {
    const template = (value: string) => ({
      Conditions: { Never: { 'Fn::Equals': [value, 'b'] } },
      Resources: { A: { ...logGroup('a'), Condition: 'Never' } },
    });
    expect((await deployed(template('a'))).calls).toEqual([]);
    expect((await deployed(template('b'))).calls).toHaveLength(1);
  });

  test.each([
    [{ Type: 'String' }, {}, 'Parameters.P: has no value and no default'],
    [{ Type: 'String', AllowedValues: ['x'] }, { P: 'y' }, 'Parameters.P: y is not allowed'],
    [{ Type: 'String', AllowedPattern: '[a-z]+' }, { P: 'y1' }, 'Parameters.P: y1 is not allowed'],
    [{ Type: 'String', Default: '' }, { Q: 'y' }, 'Parameters.Q: the template has no such one'],
  ])('%j with %j', async (parameter, parameters, problem) => {
    const template = { Parameters: { P: parameter }, Resources: {} };
    expect(await problemsOf(template, { parameters })).toEqual([`Parameters: ${problem}`]);
  });
});
