/** Amazon's documents: those that really run here, and those that are honestly simulated. */
import { commandDocument } from './content.ts';
import type { CommandDocument } from './documents.ts';
import { runPowerShellScript, runShellScript } from './runScript.ts';
import { SIMULATED_DOCUMENTS } from './simulatedDocuments.ts';

const TIMEOUT = {
  type: 'String',
  description: '(Optional) The time in seconds for a command to complete.',
  default: '3600',
  allowedPattern:
    '([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)',
};
const INPUTS = {
  workingDirectory: '{{ workingDirectory }}',
  timeoutSeconds: '{{ executionTimeout }}',
};

/** Source: User Guide, "Running scripts from Amazon S3"; copies of the document in public repositories. */
const runRemoteScript = commandDocument('AWS-RunRemoteScript', {
  schemaVersion: '2.2',
  description: 'Execute scripts stored in a remote location.',
  parameters: {
    sourceType: {
      type: 'String',
      description: '(Required) Specify the source type.',
      allowedValues: ['GitHub', 'S3'],
    },
    sourceInfo: {
      type: 'String',
      description: '(Required) Specify the information required to access the resource.',
      default: '{}',
      displayType: 'textarea',
    },
    commandLine: {
      type: 'String',
      description: '(Required) Specify the command line to be executed.',
    },
    workingDirectory: {
      type: 'String',
      description: '(Optional) The path where the content will be downloaded and executed.',
      default: '',
      maxChars: 4096,
    },
    executionTimeout: TIMEOUT,
  },
  mainSteps: [
    {
      action: 'aws:downloadContent',
      name: 'downloadContent',
      inputs: {
        sourceType: '{{ sourceType }}',
        sourceInfo: '{{ sourceInfo }}',
        destinationPath: '{{ workingDirectory }}',
      },
    },
    {
      precondition: { StringEquals: ['platformType', 'Windows'] },
      action: 'aws:runPowerShellScript',
      name: 'runPowerShellScript',
      inputs: {
        runCommand: [
          '$directory = Convert-Path .',
          '$env:PATH += ";$directory"',
          ' {{ commandLine }}',
          'if ($?) {',
          '    exit $LASTEXITCODE',
          '} else {',
          '    exit 255',
          '}',
        ],
        ...INPUTS,
      },
    },
    {
      precondition: { StringEquals: ['platformType', 'Linux'] },
      action: 'aws:runShellScript',
      name: 'runShellScript',
      inputs: {
        runCommand: ['directory=$(pwd)', 'export PATH=$PATH:$directory', ' {{ commandLine }} '],
        ...INPUTS,
      },
    },
  ],
});

export const AMAZON_DOCUMENTS: ReadonlyMap<string, CommandDocument> = new Map(
  [runShellScript, runPowerShellScript, runRemoteScript, ...SIMULATED_DOCUMENTS].map((each) => [
    each.name,
    each,
  ]),
);
