import type { CommandDocument, DocumentParameter } from './documents.ts';

const PLUGIN = 'aws:runShellScript';
const DESCRIPTION = 'Run a shell script or specify the commands to run.';

const parameters = {
  commands: {
    type: 'StringList',
    description: '(Required) Specify a shell script or a command to run.',
  },
  workingDirectory: {
    type: 'String',
    description: '(Optional) The path to the working directory on your instance.',
    default: [''],
    maxChars: 4096,
  },
  executionTimeout: {
    type: 'String',
    description:
      '(Optional) The time in seconds for a command to complete before it is considered to have failed.',
    default: ['3600'],
    allowedPattern:
      '([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)',
  },
} satisfies Record<string, DocumentParameter>;

export const runShellScript: CommandDocument = {
  name: 'AWS-RunShellScript',
  description: DESCRIPTION,
  schemaVersion: '1.2',
  platformTypes: ['Linux', 'MacOS'],
  parameters,
  plugin: PLUGIN,
  content: JSON.stringify({
    schemaVersion: '1.2',
    description: DESCRIPTION,
    parameters: {
      commands: { ...parameters.commands, minItems: 1, displayType: 'textarea' },
      workingDirectory: { ...parameters.workingDirectory, default: '' },
      executionTimeout: { ...parameters.executionTimeout, default: '3600' },
    },
    runtimeConfig: {
      [PLUGIN]: {
        properties: [
          {
            id: `0.${PLUGIN}`,
            runCommand: '{{ commands }}',
            workingDirectory: '{{ workingDirectory }}',
            timeoutSeconds: '{{ executionTimeout }}',
          },
        ],
      },
    },
  }),
  job: ({ commands = [], workingDirectory = [], executionTimeout = [] }) => ({
    commands,
    workingDirectory: workingDirectory[0] ?? '',
    timeoutSeconds: Number(executionTimeout[0]),
  }),
};
