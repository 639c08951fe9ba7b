import { describe, expect, it } from '@jest/globals';
import { one, outputOf, ROLE_ARN, START, world } from './world.ts';

const evaluate = async (Output: unknown, input: unknown = {}) => {
  const described = await world().run(one({ Type: 'Pass', Output }), input);
  return described.status === 'SUCCEEDED'
    ? { output: outputOf(described) }
    : { error: described.error, cause: described.cause };
};

const prefix = "An error occurred while executing the state 'Only' (entered at the event id #2). ";

describe('JSONata of Step Functions', () => {
  it.each<[string, unknown]>([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ["$hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$parse(\'{"a":[1]}\')', { a: [1] }],
    ['$random()', 0.5],
    ['$random(7) = $random(7)', true],
    ['$now()', '2026-01-01T00:00:00.000Z'],
    ['$millis()', START],
    ['$uuid()', expect.stringMatching(/^[0-9a-f-]{36}$/)],
    ['$states.input.list[n > 1].n', [2, 3]],
  ])('evaluates %s', async (source, expected) => {
    const input = { list: [{ n: 1 }, { n: 2 }, { n: 3 }] };
    expect(await evaluate(`{% ${source} %}`, input)).toEqual({ output: expected });
  });

  it.each<[string, string]>([
    ['1 + {}', 'T2002: The right side of the "+" operator must evaluate to a number'],
    ['$sqrt(-1)', 'D3060: The sqrt function cannot be applied to a negative number: -1'],
    ['$parse(null)', 'T0410: Argument 1 of function "parse" does not match function signature'],
    [
      "$hash('a', 'ROT13')",
      'Second argument of hash function must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512',
    ],
    ['$partition([1], 0)', 'Second argument of partition function must be a positive integer'],
    ["$error('mine')", 'D3137: mine'],
  ])('fails %s as AWS words it', async (source, message) => {
    expect(await evaluate({ deep: [`{% ${source} %}`] })).toEqual({
      error: 'States.QueryEvaluationError',
      cause: `${prefix}The JSONata expression '${source}' specified for the field 'Output/deep[0]' threw an error during evaluation. ${message}`,
    });
  });

  it.each(['nothing', '$', '$$', '$states.result', '$states.context.Map'])(
    'sees nothing in %s',
    async (source) => {
      expect(await evaluate(`{% ${source} %}`)).toEqual({
        error: 'States.QueryEvaluationError',
        cause: `${prefix}The JSONata expression '${source}' specified for the field 'Output' returned nothing (undefined).`,
      });
    },
  );

  it('ends a runaway recursion instead of the process', async () => {
    const { cause } = await evaluate('{% ($f := function($n){ 1 + $f($n) }; $f(1)) %}');
    expect(cause).toMatch(/threw an error during evaluation\. D1011: Stack overflow/);
  });

  it('hands out no functions, however deep', async () => {
    const { cause } = await evaluate('{% {"a": [function($x){$x}]} %}');
    expect(cause).toMatch(/returned an unsupported result type\.$/);
  });

  it('fills the context object', async () => {
    expect(await evaluate('{% $states.context %}', { a: 1 })).toEqual({
      output: {
        Execution: {
          Id: 'arn:aws:states:eu-central-1:111111111111:execution:Test:00000000-0000-4000-8000-000000000000',
          Input: { a: 1 },
          Name: '00000000-0000-4000-8000-000000000000',
          RedriveCount: 0,
          RoleArn: ROLE_ARN,
          StartTime: '2026-01-01T00:00:00.000Z',
        },
        State: { EnteredTime: '2026-01-01T00:00:00.000Z', Name: 'Only' },
        StateMachine: {
          Id: 'arn:aws:states:eu-central-1:111111111111:stateMachine:Test',
          Name: 'Test',
        },
      },
    });
  });

  it('assigns all variables at once, from the values before, and Output does not see them yet', async () => {
    const described = await world().run({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { x: 1, y: 2, kept: 3 }, Next: 'B' },
        B: {
          Type: 'Pass',
          Assign: { x: '{% $y %}', y: '{% $x %}' },
          Output: '{% [$x, $y] %}',
          Next: 'C',
        },
        C: { Type: 'Succeed', Output: '{% [$states.input, $x, $y, $kept] %}' },
      },
    });
    expect(outputOf(described)).toEqual([1, 2, 2, 1, 3]);
  });
});
