/** AWS-RunShellScript and AWS-RunPowerShellScript: documents of schema 1.2, alike but for the shell. */
import type { PlatformType } from '../../fleet/index.ts';
import type { CommandDocument, DocumentParameter } from './documents.ts';

const parameters = {
  commands: {
    type: 'StringList',
    description: '(Required) Specify a shell script or a command to run.',
    minItems: 1,
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

interface Shell {
  readonly name: string;
  readonly description: string;
  readonly plugin: string;
  readonly kind: 'shell' | 'powershell';
  readonly platformTypes: readonly PlatformType[];
}

const runScript = ({ name, description, plugin, kind, platformTypes }: Shell): CommandDocument => ({
  name,
  description,
  schemaVersion: '1.2',
  platformTypes,
  parameters,
  content: JSON.stringify({
    schemaVersion: '1.2',
    description,
    parameters: {
      commands: { ...parameters.commands, displayType: 'textarea' },
      workingDirectory: { ...parameters.workingDirectory, default: '' },
      executionTimeout: { ...parameters.executionTimeout, default: '3600' },
    },
    runtimeConfig: {
      [plugin]: {
        properties: [
          {
            id: `0.${plugin}`,
            runCommand: '{{ commands }}',
            workingDirectory: '{{ workingDirectory }}',
            timeoutSeconds: '{{ executionTimeout }}',
          },
        ],
      },
    },
  }),
  steps: ({ commands = [], workingDirectory = [], executionTimeout = [] }) => [
    {
      name: plugin,
      folder: `${plugin.replace(':', '')}/0.${plugin.replace(':', '')}`,
      work: {
        do: kind,
        commands,
        workingDirectory: workingDirectory[0] ?? '',
        timeoutSeconds: Number(executionTimeout[0]),
      },
    },
  ],
});

export const runShellScript = runScript({
  name: 'AWS-RunShellScript',
  description: 'Run a shell script or specify the commands to run.',
  plugin: 'aws:runShellScript',
  kind: 'shell',
  platformTypes: ['Linux', 'MacOS'],
});

/** On Linux and macOS it runs where PowerShell is installed; Amazon's document is for all three. */
export const runPowerShellScript = runScript({
  name: 'AWS-RunPowerShellScript',
  description: 'Run a PowerShell script or specify the paths to scripts to run.',
  plugin: 'aws:runPowerShellScript',
  kind: 'powershell',
  platformTypes: ['Windows', 'Linux', 'MacOS'],
});
