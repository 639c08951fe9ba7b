/**
 * Documents that change the system: what they would do to a server cannot be done to a directory that stands
 * for one. Their parameters are checked as they are, their steps and platforms are theirs; a node then notes
 * what it was asked for (`.ssm/simulated.jsonl`), and its output begins with the word "simulated".
 * Source of names and parameters: User Guide, "SSM Command documents for patching managed nodes", "Update the
 * SSM Agent by using Run Command", "Install or update Distributor packages".
 */
import type { PlatformType, Step } from '../../fleet/index.ts';
import type { CommandDocument, DocumentParameter, Parameters } from './documents.ts';

const choice = (...allowedValues: readonly string[]): DocumentParameter => ({
  type: 'String',
  description: allowedValues.join(' or '),
  allowedValues,
});
const optional = (description: string, value = ''): DocumentParameter => ({
  type: 'String',
  description,
  default: [value],
});
const preset = (value: string, parameter: DocumentParameter): DocumentParameter => ({
  ...parameter,
  default: [value],
});

const UUID = '(^$)|^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const snapshot: DocumentParameter = {
  ...optional('(Optional) The snapshot ID to use to retrieve a patch baseline snapshot.'),
  allowedPattern: UUID,
};

interface Simulated {
  readonly name: string;
  readonly description: string;
  readonly schemaVersion: '1.2' | '2.2';
  readonly parameters: Readonly<Record<string, DocumentParameter>>;
  readonly steps: readonly {
    readonly name: string;
    readonly platform?: PlatformType;
  }[];
  readonly platformTypes: readonly PlatformType[];
}

const ALL: readonly PlatformType[] = ['Linux', 'MacOS', 'Windows'];

const DOCUMENTS: readonly Simulated[] = [
  {
    name: 'AWS-RunPatchBaseline',
    description: 'Scans for or installs patches from a patch baseline.',
    schemaVersion: '2.2',
    platformTypes: ALL,
    parameters: {
      Operation: choice('Scan', 'Install'),
      AssociationId: { ...snapshot, description: '(Optional) The ID of an association.' },
      SnapshotId: snapshot,
      InstallOverrideList: optional('(Optional) An https URL or an S3 path to a list of patches.'),
      BaselineOverride: optional('(Optional) An S3 path to patch baseline definitions.'),
      RebootOption: preset('RebootIfNeeded', choice('RebootIfNeeded', 'NoReboot')),
    },
    steps: [
      { name: 'PatchWindows', platform: 'Windows' },
      { name: 'PatchLinux', platform: 'Linux' },
      { name: 'PatchMacOS', platform: 'MacOS' },
    ],
  },
  {
    name: 'AWS-ApplyPatchBaseline',
    description: 'Scans for or installs patches from a patch baseline on Windows.',
    schemaVersion: '1.2',
    platformTypes: ['Windows'],
    parameters: { Operation: choice('Scan', 'Install'), SnapshotId: snapshot },
    steps: [{ name: 'aws:runPowerShellScript' }],
  },
  {
    name: 'AWS-ConfigureAWSPackage',
    description: 'Install or uninstall a Distributor package.',
    schemaVersion: '2.2',
    platformTypes: ALL,
    parameters: {
      action: choice('Install', 'Uninstall'),
      installationType: preset(
        'Uninstall and reinstall',
        choice('Uninstall and reinstall', 'In-place update'),
      ),
      name: { type: 'String', description: '(Required) The package to install or uninstall.' },
      version: optional('(Optional) The version of the package.'),
      additionalArguments: optional('(Optional) Additional parameters as JSON.', '{}'),
    },
    steps: [{ name: 'configurePackage' }],
  },
  {
    name: 'AWS-UpdateSSMAgent',
    description: 'Update the Amazon SSM Agent to the latest version or specified version.',
    schemaVersion: '1.2',
    platformTypes: ALL,
    parameters: {
      version: optional('(Optional) A specific version of the SSM Agent to install.'),
      allowDowngrade: preset('false', choice('true', 'false')),
    },
    steps: [{ name: 'aws:updateSsmAgent' }],
  },
];

export const SIMULATED_DOCUMENTS: readonly CommandDocument[] = DOCUMENTS.map((each) => ({
  ...each,
  content: JSON.stringify({
    schemaVersion: each.schemaVersion,
    description: each.description,
    parameters: each.parameters,
    simulatedSteps: each.steps,
  }),
  steps: (values) => {
    const [first = { name: each.name }, ...others] = each.steps;
    const step = ({ name, platform }: Simulated['steps'][number]): Step => ({
      name,
      folder: `${name.replace(':', '')}/${name.replace(':', '')}`,
      work: { do: 'simulate', text: `${each.name} ${said(values)}`.trimEnd() },
      ...(platform && { platform }),
    });
    return [step(first), ...others.map(step)];
  },
}));

const said = (values: Parameters): string =>
  Object.entries(values)
    .filter(([, [value]]) => value !== '')
    .map(([name, [value]]) => `${name}=${value}`)
    .join(' ');
