/** docs/permissions.md: each role and bucket policy as synthesised, each statement with its reason in the code. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as z from 'zod';
import { parseConfig } from '../contract/config.ts';
import { featureFlags } from '../lib/configFile.ts';
import { fleetwide } from '../lib/fleetwide.ts';
import { reasonsOf } from './reasons.ts';

const oneOrMore = z.union([z.unknown().array(), z.unknown().transform((one) => [one])]);
const Statement = z.looseObject({
  Sid: z.string().optional(),
  Action: oneOrMore,
  Resource: oneOrMore.optional(),
  Condition: z.unknown().optional(),
});
const Document = z.object({ Statement: z.array(Statement) });
const Role = z.object({
  RoleName: z.string(),
  AssumeRolePolicyDocument: Document,
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: Document })),
});
const Policy = z.looseObject({ PolicyDocument: Document });
const Key = z.looseObject({ KeyPolicy: Document });

const FOLDER = new URL('../lib/policies/', import.meta.url);

export function permissionsDocument(): string {
  const reasons = reasonsOf(
    new Map(
      readdirSync(FOLDER)
        .toSorted()
        .map((name) => [name.replace('.ts', ''), readFileSync(new URL(name, FOLDER), 'utf8')]),
    ),
  );
  const { hub, regions, spoke, spokeRegion } = stacks();
  const [exchange] = regions;
  if (!exchange) throw new Error('the example has a Region');
  const section = (title: string, file: string, { Statement: all }: z.infer<typeof Document>) => [
    `### ${title}`,
    '',
    '| statement | may | on | why |',
    '|---|---|---|---|',
    ...all
      .filter(({ Sid }) => Sid !== undefined)
      .map(({ Sid = '', Action, Resource = [], Condition }) => {
        const only = Condition === undefined ? [] : [`if ${code(Condition)}`];
        const on = [...Resource.map((each) => code(each)), ...only].join('<br>');
        const may = Action.map((each) => code(each)).join('<br>');
        return `| ${Sid} | ${may} | ${on} | ${reasons(file, Sid)} |`;
      }),
    '',
  ];
  const roles = (stack: Stack) =>
    resources(stack, 'AWS::IAM::Role', Role).flatMap(({ RoleName, Policies, ...role }) => [
      ...(RoleName === 'fleetwide-dispatch'
        ? section(`${RoleName}: who may assume it`, 'spokeTrust', role.AssumeRolePolicyDocument)
        : []),
      ...Policies.flatMap(({ PolicyName, PolicyDocument }) =>
        section(RoleName, FILES[PolicyName] ?? PolicyName, PolicyDocument),
      ),
    ]);
  const keys = (stack: Stack, title: string) =>
    resources(stack, 'AWS::KMS::Key', Key).flatMap(({ KeyPolicy }) =>
      section(title, 'keys', KeyPolicy),
    );
  return [
    ...INTRODUCTION,
    '## In the hub',
    '',
    ...roles(hub),
    ...resources(exchange, 'AWS::S3::BucketPolicy', Policy).flatMap(({ PolicyDocument }) =>
      section('The exchange bucket of a Region', 'exchange', PolicyDocument),
    ),
    ...keys(hub, 'The key of the results bucket'),
    ...keys(exchange, 'The key of an exchange bucket'),
    '## In a spoke',
    '',
    ...roles(spoke),
    ...resources(spokeRegion, 'AWS::EC2::VPCEndpoint', Policy.partial()).flatMap((endpoint) =>
      endpoint.PolicyDocument
        ? section('The S3 gateway endpoint of a VPC', 's3Endpoint', endpoint.PolicyDocument)
        : [],
    ),
  ].join('\n');
}

/** Where an inline policy has another name than the file that it comes from. */
const FILES: Readonly<Record<string, string>> = {
  dispatch: 'dispatchRole',
  'state-machine': 'stateMachine',
  'start-recall': 'recall',
  'doctor-machine': 'doctorMachine',
};

const INTRODUCTION = [
  '# Permissions',
  '',
  'Who may do what, and why: as synthesised for an example with KMS keys, with the reasons that stand in `lib/policies/`.',
  'Written by `npm run docs`. `test/workflow/leastPrivilege.test.ts` takes each away and sees it missed;',
  '`test/workflow/denied.test.ts` tries what is not here.',
  '',
  '```mermaid',
  'flowchart LR',
  '  subgraph hub [hub account]',
  '    SM[state machines<br/>/fleetwide/hub/]',
  '    STEPS[Admit, Freeze, Ready, Gate, Report, Revoke<br/>/fleetwide/hub/]',
  '    DISP[Discover, Send, Poll, Collect, Cancel, Doctor<br/>/fleetwide/dispatcher/]',
  '    RES[(results bucket)]',
  '    EX[(exchange bucket<br/>of each Region)]',
  '  end',
  '  subgraph spoke [each spoke account]',
  '    DR[fleetwide-dispatch]',
  '    NR[fleetwide-node]',
  '    SSM[Run Command]',
  '    N[nodes]',
  '  end',
  '  SM -- invokes --> STEPS & DISP',
  '  STEPS & DISP -- own kinds of objects --> RES',
  '  DISP -- ExternalId, organisation, role path --> DR',
  '  DR -- one document, own nodes --> SSM --> N',
  '  N -- is --> NR',
  '  NR -- reads artifacts, writes its own account’s output --> EX',
  '```',
  '',
];

function stacks() {
  const code = mkdtempSync(join(tmpdir(), 'permissions-'));
  writeFileSync(join(code, 'index.mjs'), '');
  const app = new App({ context: featureFlags(), analyticsReporting: false });
  const config = parseConfig({
    hub: { account: '111122223333', region: 'eu-west-1' },
    regions: ['eu-west-1'],
    externalId: 'the-ExternalId-of-the-installation',
    organizationId: 'o-a1b2c3d4e5',
    encryption: 'KMS',
    runbooks: ['AWS-RestartEC2Instance'],
    automationRole: 'fleetwide-automation',
    endpoints: { vpcs: [{ name: 'main' }] },
  });
  return fleetwide(app, { config, code: () => Code.fromAsset(code) });
}

const resources = <T>(stack: Stack, type: string, schema: z.ZodType<T>): T[] =>
  Object.values(
    Template.fromStack(stack, { skipCyclicalDependenciesCheck: true }).findResources(type),
  ).map((resource) => schema.parse(resource['Properties']));

/** Text of a value with its intrinsic functions written short: `<ResultsBucket.Arn>/dispatches/*`. */
const code = (value: unknown): string => `\`${text(value)}\``;

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(short(value)).replace(/^"|"$/g, '');
}

function short(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(short);
  if (typeof value !== 'object' || value === null) return value;
  const [entry] = Object.entries(value);
  const [name, argument]: readonly [string, unknown] = entry ?? ['', undefined];
  if (name === 'Ref') return `<${String(argument).replace(/[0-9A-F]{8}$/, '')}>`;
  if (name === 'Fn::GetAtt' && Array.isArray(argument))
    return `<${argument.map((part) => String(part).replace(/[0-9A-F]{8}$/, '')).join('.')}>`;
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1]))
    return argument[1].map((part) => text(part)).join(String(argument[0]));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, short(each)]));
}
