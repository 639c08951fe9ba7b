import { describe, expect, test } from '@jest/globals';
import { STEPS } from '../../contract/names.ts';
import { resourceOf, resourcesOf, templatesOf } from './support.ts';

const { hub } = templatesOf({
  runbooks: ['AWS-RestartEC2Instance', 'Own'],
  roles: ['fleetwide-narrow'],
  automationRole: 'fleetwide-automation',
  logRetentionDays: 30,
});
const DISPATCHERS = ['discover', 'send', 'poll', 'collect', 'cancel', 'doctor'];

test('there is a function for each step and no other', () => {
  const names = resourcesOf(hub, 'AWS::Lambda::Function').map((f) =>
    String(f.Properties['FunctionName']),
  );
  expect(names.toSorted()).toEqual(STEPS.map((step) => `fleetwide-${step}`).toSorted());
});

describe.each(STEPS)('%s', (step) => {
  const { Properties } = resourceOf(
    hub,
    'AWS::Lambda::Function',
    'FunctionName',
    `fleetwide-${step}`,
  );

  test('runs on Node 24 on arm64, from an ESM bundle', () => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Role: `<${step}Role.Arn>`,
    });
    expect(Properties['MemorySize']).toBe(['freeze', 'report'].includes(step) ? 1_769 : 256);
    expect(Properties['Timeout']).toBe(['ready', 'ask', 'gate'].includes(step) ? 300 : 900);
  });

  test('knows what it needs: the ExternalId only where it enters spokes', () => {
    expect(Properties['Environment']).toEqual({
      Variables: {
        RESULTS_BUCKET: '<ResultsBucket>',
        PARTITION: '<AWS::Partition>',
        HUB_ACCOUNT: '<AWS::AccountId>',
        POWERTOOLS_SERVICE_NAME: 'fleetwide',
        POWERTOOLS_LOG_LEVEL: 'INFO',
        ...(step === 'admit' && {
          DOCUMENTS: 'AWS-RunShellScript,AWS-RunPowerShellScript,AWS-RunRemoteScript',
          RUNBOOKS: 'AWS-RestartEC2Instance,Own',
          ROLES: 'fleetwide-narrow',
          ARTIFACT_READERS: 'none',
          LOG_GROUPS: '/fleetwide/commands',
        }),
        ...(step === 'doctor' && {
          DOCUMENTS: 'AWS-RunShellScript,AWS-RunPowerShellScript,AWS-RunRemoteScript',
        }),
        ...(DISPATCHERS.includes(step) && { EXTERNAL_ID: 'an-external-id-for-tests' }),
        ...(step === 'send' && { AUTOMATION_ROLE: 'fleetwide-automation' }),
        ...(step === 'discover' && { NODE_TAGS: '{}' }),
        ...(['admit', 'discover', 'doctor'].includes(step) && { REGIONS: 'eu-west-1,us-east-1' }),
      },
    });
  });

  test('logs into its own group, kept as long as the configuration says', () => {
    expect(Properties['LoggingConfig']).toEqual({ LogGroup: `<${step}Log>` });
    const group = resourceOf(
      hub,
      'AWS::Logs::LogGroup',
      'LogGroupName',
      `/aws/lambda/fleetwide-${step}`,
    );
    expect(group.Properties['RetentionInDays']).toBe(30);
  });
});
