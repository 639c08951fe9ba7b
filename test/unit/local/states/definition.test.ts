import { describe, expect, it } from '@jest/globals';
import { DefinitionRefused } from '../../../../local/states/index.ts';
import { map, one, task, world } from './world.ts';

function problems(definition: object): readonly string[] {
  try {
    world().put(definition);
  } catch (error) {
    if (error instanceof DefinitionRefused) return error.problems;
    throw error;
  }
  return [];
}

const pass = { Type: 'Pass', End: true };

describe('loading a definition', () => {
  it('takes what the workflow uses', () => {
    expect(
      problems(
        one(
          map(
            { A: { Type: 'Wait', Seconds: '{% 1 %}', Next: 'B' }, B: { Type: 'Succeed' } },
            {
              Items: undefined,
              ItemReader: {
                Resource: 'arn:aws-cn:states:::s3:getObject',
                ReaderConfig: { InputType: 'JSONL' },
                Arguments: { Bucket: '{% $states.input.bucket %}', Key: 'k' },
              },
              ItemSelector: { index: '{% $states.context.Map.Item.Index %}' },
              MaxConcurrency: '{% 5 %}',
              ToleratedFailurePercentage: 2.5,
              ResultWriter: {
                Resource: 'arn:aws:states:::s3:putObject',
                Arguments: { Bucket: 'b', Prefix: 'p' },
                WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSONL' },
              },
            },
          ),
          { TimeoutSeconds: 60, Comment: 'all of it' },
        ),
      ),
    ).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'an unknown field',
      one({ ...pass, ResultPath: '$.x' }),
      'States/Only/ResultPath: not supported',
    ],
    ['an unknown top-level field', { ...one(pass), Version: '1.0' }, 'Version: not supported'],
    [
      'an unknown state type',
      one({ Type: 'Parallel', Branches: [] }),
      'States/Only/Type: "Parallel" is not one of Task, Pass, Choice, Wait, Succeed, Fail, Map',
    ],
    [
      'an inline map',
      one({
        ...map({ A: pass }),
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE', ExecutionType: 'STANDARD' },
          StartAt: 'A',
          States: { A: pass },
        },
      }),
      'States/Only/ItemProcessor/ProcessorConfig/Mode: Invalid input: expected "DISTRIBUTED"',
    ],
    [
      'a batcher',
      one(map({ A: pass }, { ItemBatcher: { MaxItemsPerBatch: 5 } })),
      'States/Only/ItemBatcher: not supported',
    ],
    [
      'another item reader',
      one(
        map(
          { A: pass },
          {
            Items: undefined,
            ItemReader: {
              Resource: 'arn:aws:states:::s3:listObjectsV2',
              ReaderConfig: { InputType: 'JSON' },
              Arguments: { Bucket: 'b', Key: 'k' },
            },
          },
        ),
      ),
      'States/Only/ItemReader/Resource: expected arn:<partition>:states:::s3:getObject',
    ],
    [
      'a resource the runner does not know',
      one(task({ Resource: 'arn:aws:states:::sns:publish' })),
      'States/Only/Resource: arn:aws:states:::sns:publish is not supported',
    ],
    [
      'JSONPath',
      { QueryLanguage: 'JSONPath', ...one(pass) },
      'States/Only/QueryLanguage: JSONPath (the default) is not supported',
    ],
    [
      '$eval',
      one({ ...pass, Output: "{% $eval('1') %}" }),
      'States/Only/Output: $eval is not supported',
    ],
    [
      'a state that goes nowhere',
      one({ Type: 'Pass', End: undefined }),
      'States/Only/Next: exactly one of Next and End is needed',
    ],
    [
      'a missing state',
      one({ Type: 'Pass', End: undefined, Next: 'Gone' }),
      'States/Only/Next: there is no state "Gone"',
    ],
    [
      'States.ALL among others',
      one(task({ Catch: [{ ErrorEquals: ['States.ALL', 'X'], Next: 'Only' }] })),
      'States/Only/Catch/0/ErrorEquals: States.ALL must stand alone and last',
    ],
    [
      'a variable named states',
      one({ ...pass, Assign: { states: 1 } }),
      'States/Only/Assign/states: Invalid key in record',
    ],
    [
      'a wait for a number in words',
      one({ Type: 'Wait', Seconds: 'ten' }),
      'States/Only/Seconds: expected a JSONata expression, {% … %}',
    ],
  ])('refuses %s by name', (_what, definition, problem) => {
    expect(problems(definition)).toEqual([problem]);
  });

  it('names a broken expression, and every problem at once', () => {
    const found = problems({
      StartAt: 'Nowhere',
      States: { A: { ...pass, Output: { deep: ['{% 1 + %}'] } }, B: { Type: 'Wait', End: true } },
    });
    expect(found).toHaveLength(3);
    expect(found[0]).toBe('StartAt: there is no state "Nowhere"');
    expect(found[1]).toMatch(/^States\/A\/Output\/deep\[0\]: not a JSONata expression: S0\d+: /);
    expect(found[2]).toBe('States/B/Seconds: exactly one of Seconds and Timestamp is needed');
  });

  it('refuses two maps of one label', () => {
    const each = map({ A: pass });
    expect(
      problems({ StartAt: 'A', States: { A: { ...each, Next: 'B' }, B: { ...each, End: true } } }),
    ).toEqual(['States/B/Label: "Each" is used twice']);
  });
});
