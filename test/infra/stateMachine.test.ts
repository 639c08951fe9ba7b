import { expect, test } from '@jest/globals';
import aslValidator from 'asl-validator';
import { STEPS } from '../../contract/names.ts';
import { resourceOf, statementsOf, templatesOf } from './support.ts';

const { hub } = templatesOf();
const machine = resourceOf(
  hub,
  'AWS::StepFunctions::StateMachine',
  'StateMachineName',
  'fleetwide-dispatch',
).Properties;
const text = String(machine['DefinitionString']);
const definition: unknown = JSON.parse(
  text.replaceAll('<AWS::Partition>', 'aws').replace(/<(\w+)Function\.Arn>/g, (_, step: string) => {
    return `arn:aws:lambda:eu-west-1:111122223333:function:fleetwide-${step}`;
  }),
);

test('the definition is valid, and JSONata from top to bottom', () => {
  const { isValid, errorsText } = aslValidator(Object(definition));
  expect(errorsText('\n')).toBe('');
  expect(isValid).toBe(true);
  expect(definition).toMatchObject({ QueryLanguage: 'JSONata' });
  expect(machine['StateMachineType']).toBe('STANDARD');
});

test('the validator would see a state of a type that does not exist', () => {
  const { isValid } = aslValidator({
    ...Object(definition),
    States: { ...Object(definition).States, Broken: { Type: 'Tusk', End: true } },
  });
  expect(isValid).toBe(false);
});

test('it runs every step, and has their results written where its role may write', () => {
  for (const step of STEPS) expect(text).toContain(`"FunctionName":"<${step}Function.Arn>"`);
  expect(text).toContain('"ResultWriter"');
});

test('its role may do what its definition needs and nothing else', () => {
  const states = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
  const functions = STEPS.toSorted().map((step) => `<${step}Function.Arn>`);
  const at = (pattern: string) => `<ResultsBucket.Arn>/dispatches/*/${pattern}`;
  expect(statementsOf(hub, 'fleetwide-state-machine')).toEqual([
    `InvokeSteps: lambda:InvokeFunction on ${functions.join(' ')}`,
    `ReadItems: s3:GetObject on ${at('groups.json')} ${at('waves/*.json')}`,
    `WriteMapResults: s3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject on ${at('maps/*')}`,
    `StartChildren: states:StartExecution on ${states}:stateMachine:fleetwide-dispatch`,
    `FollowChildren: states:DescribeExecution states:StopExecution on ${states}:execution:fleetwide-dispatch:*`,
    `RedriveChildren: states:RedriveExecution on ${states}:execution:fleetwide-dispatch/*:*`,
  ]);
});

test('only Step Functions assumes it, for state machines of the hub', () => {
  const role = resourceOf(hub, 'AWS::IAM::Role', 'RoleName', 'fleetwide-state-machine').Properties;
  expect(machine['RoleArn']).toBe('<DispatchRole.Arn>');
  expect(role['Path']).toBe('/fleetwide/hub/');
  expect(role['AssumeRolePolicyDocument']).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'states.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' },
          ArnLike: {
            'aws:SourceArn':
              'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:*',
          },
        },
      },
    ],
  });
});
