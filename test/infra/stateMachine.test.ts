import { expect, test } from '@jest/globals';
import aslValidator from 'asl-validator';
import { DISPATCH_STEPS, RECALL_STEPS } from '../../contract/names.ts';
import { resourceOf, statementsOf, templatesOf } from './support.ts';

const { hub } = templatesOf();
const machineOf = (name: string) =>
  resourceOf(hub, 'AWS::StepFunctions::StateMachine', 'StateMachineName', name).Properties;
const definitionOf = (name: string): unknown =>
  JSON.parse(
    String(machineOf(name)['DefinitionString'])
      .replaceAll('<AWS::Partition>', 'aws')
      .replace(/<(\w+)Function\.Arn>/g, (_, step: string) => {
        return `arn:aws:lambda:eu-west-1:111122223333:function:fleetwide-${step}`;
      }),
  );
const machine = machineOf('fleetwide-dispatch');
const text = String(machine['DefinitionString']);
const definition = definitionOf('fleetwide-dispatch');

test.each(['fleetwide-dispatch', 'fleetwide-recall', 'fleetwide-doctor'])(
  'the definition of %s is valid, and JSONata from top to bottom',
  (name) => {
    const { isValid, errorsText } = aslValidator(Object(definitionOf(name)));
    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
    expect(definitionOf(name)).toMatchObject({ QueryLanguage: 'JSONata' });
    expect(machineOf(name)['StateMachineType']).toBe('STANDARD');
  },
);

test('the validator would see a state of a type that does not exist', () => {
  const { isValid } = aslValidator({
    ...Object(definition),
    States: { ...Object(definition).States, Broken: { Type: 'Tusk', End: true } },
  });
  expect(isValid).toBe(false);
});

test('it runs every step, and has their results written where its role may write', () => {
  for (const step of DISPATCH_STEPS)
    expect(text).toContain(`"FunctionName":"<${step}Function.Arn>"`);
  expect(text).toContain('"ResultWriter"');
});

test('its role may do what its definition needs and nothing else', () => {
  const states = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
  const functions = DISPATCH_STEPS.toSorted().map((step) => `<${step}Function.Arn>`);
  const at = (pattern: string) => `<ResultsBucket.Arn>/dispatches/*/${pattern}`;
  expect(statementsOf(hub, 'fleetwide-state-machine')).toEqual([
    `InvokeSteps: lambda:InvokeFunction on ${functions.join(' ')}`,
    `ReadItems: s3:GetObject on ${at('groups.json')} ${at('waves/*.json')}`,
    `StartChildren: states:StartExecution on ${states}:stateMachine:fleetwide-dispatch`,
    `FollowChildren: states:DescribeExecution states:StopExecution on ${states}:execution:fleetwide-dispatch:*`,
    `RedriveChildren: states:RedriveExecution on ${states}:execution:fleetwide-dispatch/*:*`,
    `WriteMapResults: s3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject on ${at('maps/*')}`,
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

test('the recall is another machine, with a role of its own that may do less', () => {
  const states = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
  expect(machineOf('fleetwide-recall')['RoleArn']).toBe('<RecallRole.Arn>');
  expect(statementsOf(hub, 'fleetwide-recall-machine')).toEqual([
    `InvokeSteps: lambda:InvokeFunction on ${RECALL_STEPS.toSorted()
      .map((step) => `<${step}Function.Arn>`)
      .join(' ')}`,
    'ReadItems: s3:GetObject on <ResultsBucket.Arn>/dispatches/*/claims/*.json',
    `StartChildren: states:StartExecution on ${states}:stateMachine:fleetwide-recall`,
    `FollowChildren: states:DescribeExecution states:StopExecution on ${states}:execution:fleetwide-recall:*`,
    `RedriveChildren: states:RedriveExecution on ${states}:execution:fleetwide-recall/*:*`,
  ]);
});

test('doctor is a third one, which may run its one function', () => {
  expect(machineOf('fleetwide-doctor')['RoleArn']).toBe('<DoctorRole.Arn>');
  expect(statementsOf(hub, 'fleetwide-doctor-machine')).toEqual([
    'InvokeDoctor: lambda:InvokeFunction on <doctorFunction.Arn>',
  ]);
});

test('a rule starts the recall for every dispatch that is stopped, times out or fails', () => {
  const { Properties } = resourceOf(hub, 'AWS::Events::Rule', 'Name', 'fleetwide-recall');
  expect(Properties).toMatchObject({
    State: 'ENABLED',
    EventPattern: {
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: {
        stateMachineArn: ['<DispatchStateMachine>'],
        status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
      },
    },
    Targets: [
      {
        Arn: '<RecallStateMachine>',
        RoleArn: '<RecallStarter.Arn>',
        InputTransformer: {
          InputPathsMap: { name: '$.detail.name' },
          InputTemplate: '{"dispatch": <name>, "status": <status>}',
        },
      },
    ],
  });
  expect(statementsOf(hub, 'fleetwide-recall-starter')).toEqual([
    'StartRecall: states:StartExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:fleetwide-recall',
  ]);
  const role = resourceOf(hub, 'AWS::IAM::Role', 'RoleName', 'fleetwide-recall-starter').Properties;
  expect(role['AssumeRolePolicyDocument']).toMatchObject({
    Statement: [
      {
        Principal: { Service: 'events.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' },
          ArnEquals: {
            'aws:SourceArn':
              'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/fleetwide-recall',
          },
        },
      },
    ],
  });
});
