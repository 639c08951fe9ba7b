import { expect, test } from '@jest/globals';
import { accountListKey, keys, STEPS, type Step } from '../../contract/names.ts';
import { objects } from '../../lib/policies/objects.ts';
import { resourceOf, resourcesOf, sorted, statementsOf, templatesOf } from './support.ts';

const { hub } = templatesOf();

const at = (...patterns: readonly string[]) =>
  sorted(patterns.map((pattern) => `<ResultsBucket.Arn>/dispatches/*/${pattern}`));
const inOrganization = (...kinds: readonly string[]) =>
  sorted(kinds.map((kind) => `arn:<AWS::Partition>:organizations::*:${kind}/o-a1b2c3d4e5/*`));
const LIST =
  'TellMissingKeys: s3:ListBucket on <ResultsBucket.Arn> if {"StringLikeIfExists":{"s3:prefix":"dispatches/*"}}';
const ENTER =
  'EnterSpokes: sts:AssumeRole sts:SetSourceIdentity on arn:<AWS::Partition>:iam::*:role/fleetwide/fleetwide-dispatch';
const TELL =
  'TellEvents: events:PutEvents on arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default if {"StringEquals":{"events:source":"fleetwide"}}';
/** What nodes uploaded, on its way into the results bucket. */
const UPLOADS = [
  'ListUploads: s3:ListBucket on arn:<AWS::Partition>:s3:::fleetwide-exchange-<AWS::AccountId>-* if {"StringLike":{"s3:prefix":"output/*/*"}}',
  'ReadUploads: s3:GetObject on arn:<AWS::Partition>:s3:::fleetwide-exchange-<AWS::AccountId>-*/output/*/*',
];

const STAGE =
  'StageArtifacts: s3:PutObject on arn:<AWS::Partition>:s3:::fleetwide-exchange-<AWS::AccountId>-*/artifacts/*/*';

/** All that each function may do, besides writing its log. */
const ALLOWED: Readonly<Record<Step, readonly string[]>> = {
  admit: [
    `KeepRequest: s3:GetObject s3:PutObject on ${at('request.json')}`,
    'KeepTurns: s3:GetObject s3:PutObject on <ResultsBucket.Arn>/schedules/*/deliveries/* <ResultsBucket.Arn>/schedules/*/lease.json',
    'WriteDropped: s3:PutObject on <ResultsBucket.Arn>/schedules/*/dropped/*.json',
    'LookAtTheOneBefore: states:DescribeExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:fleetwide-dispatch:*',
    `ReadPlanBefore: s3:GetObject on ${at('plan.json')}`,
    `ReadTargets: s3:GetObject on ${sorted(['<ResultsBucket.Arn>/lists/*.json', '<ResultsBucket.Arn>/dispatches/*/report.*'])}`,
    LIST,
    'KeepFirstStart: s3:GetObject s3:PutObject on <ResultsBucket.Arn>/dedupe/*',
    `TellDropped: s3:PutObject on ${at('dropped.json')}`,
    TELL,
    `WriteGroups: s3:PutObject on ${at('groups.json', 'groups/*', 'accounts.json')}`,
    'ReadUploads: s3:GetObject on <ResultsBucket.Arn>/uploads/*/*',
    STAGE,
  ],
  discover: [
    LIST,
    `ReadTargets: s3:GetObject on ${at('request.json', 'groups/*')}`,
    `WriteInventory: s3:PutObject on ${at('inventory/*')}`,
    ENTER,
  ],
  freeze: [
    `ReadFindings: s3:GetObject on ${at('request.json', 'accounts.json', 'groups.json', 'groups/*', 'inventory/*', 'maps/*')}`,
    `ReadPlan: s3:GetObject on ${at('plan.json', 'skipped.jsonl', 'waves/*.json')}`,
    LIST,
    TELL,
    `WritePlan: s3:PutObject on ${at('plan.json', 'skipped.jsonl', 'waves/*.json')}`,
  ],
  ready: [
    `ReadRollout: s3:GetObject on ${at('request.json', 'plan.json')}`,
    `KeepDecision: s3:GetObject s3:PutObject on ${at('approvals/*.json')}`,
    LIST,
  ],
  ask: [
    `ReadPlan: s3:GetObject on ${at('request.json', 'plan.json')}`,
    `WriteQuestion: s3:PutObject on ${at('approvals/*.json')}`,
    TELL,
    LIST,
  ],
  send: [
    `ReadSlice: s3:GetObject on ${at('request.json', 'waves/*.json')}`,
    `KeepIntents: s3:GetObject s3:PutObject on ${at('intents/*')}`,
    `KeepProgress: s3:GetObject s3:PutObject on ${at('progress/*')}`,
    `LookForRevocation: s3:GetObject on ${at('recall/revoked.json')}`,
    `ReadSource: s3:GetObject on ${at('source.json')}`,
    LIST,
    ENTER,
  ],
  poll: [LIST, `KeepProgress: s3:GetObject s3:PutObject on ${at('progress/*')}`, ENTER],
  collect: [
    LIST,
    `KeepProgress: s3:GetObject s3:PutObject on ${at('progress/*')}`,
    `WriteResults: s3:PutObject on ${at('results/*', 'output/*')}`,
    `ReadCollected: s3:GetObject on ${at('results/*')}`,
    `ReadFetched: s3:GetObject on ${at('output/*/files/*', 'plan.json')}`,
    STAGE,
    `TellSource: s3:PutObject on ${at('source.json')}`,
    ...UPLOADS,
    ENTER,
    TELL,
  ],
  gate: [
    LIST,
    `ReadRequest: s3:GetObject on ${at('request.json')}`,
    TELL,
    `ReadWave: s3:GetObject on ${at('plan.json', 'maps/*')}`,
  ],
  report: [
    `ReadDispatch: s3:GetObject on ${at('request.json', 'approvals/*.json', 'plan.json', 'waves/*.json', 'results/*', 'skipped.jsonl', 'claims/*.json', 'recalled/*', 'report.*')}`,
    `ReadOutput: s3:GetObject on ${at('output/*')}`,
    LIST,
    TELL,
    `WriteReport: s3:PutObject on ${at('report.*')}`,
  ],
  revoke: [
    `ReadPlan: s3:GetObject on ${at('request.json', 'plan.json', 'waves/*.json', 'report.*')}`,
    'LookAtExecutions: states:DescribeExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:fleetwide-dispatch:* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:fleetwide-recall:*',
    `KeepRecall: s3:GetObject s3:PutObject on ${at('recall/*', 'claims/*.json')}`,
    LIST,
  ],
  cancel: [
    `ReadSent: s3:GetObject on ${at('request.json', 'waves/*.json', 'progress/*', 'intents/*', 'recall/*')}`,
    LIST,
    `WriteResults: s3:PutObject on ${at('recalled/*', 'output/*')}`,
    `ReadAgain: s3:GetObject on ${at('recalled/parts/*')}`,
    ...UPLOADS,
    ENTER,
  ],
  doctor: [ENTER],
};

test.each(STEPS)('%s may do its own work and nothing else', (step) => {
  const log = `WriteLog: logs:CreateLogStream logs:PutLogEvents on <${step}Log.Arn>`;
  expect(statementsOf(hub, `fleetwide-${step}`)).toEqual([...ALLOWED[step], log]);
});

test('Admit reads the organisation, where the configuration names one', () => {
  const { hub: member } = templatesOf({ organizationId: 'o-a1b2c3d4e5' });
  const all = statementsOf(member, 'fleetwide-admit');
  expect(all.slice(ALLOWED.admit.length, -1)).toEqual([
    'ListOrganization: organizations:ListAccounts organizations:ListRoots on *',
    `WalkUnits: organizations:ListAccountsForParent organizations:ListOrganizationalUnitsForParent on ${inOrganization('ou', 'root')}`,
    `ReadAccountTags: organizations:ListTagsForResource on ${inOrganization('account')}`,
  ]);
});

test('nothing adds to these roles: no policy beside them, no managed policy', () => {
  expect(resourcesOf(hub, 'AWS::IAM::Policy')).toEqual([]);
  for (const { Properties } of resourcesOf(hub, 'AWS::IAM::Role'))
    expect(Properties).not.toHaveProperty('ManagedPolicyArns');
});

test.each(STEPS)('%s: its role has the path that its errands ask for', (step) => {
  const { Properties } = resourceOf(hub, 'AWS::IAM::Role', 'RoleName', `fleetwide-${step}`);
  const enters = ALLOWED[step].includes(ENTER);
  expect(Properties['Path']).toBe(enters ? '/fleetwide/dispatcher/' : '/fleetwide/hub/');
  expect(Properties['AssumeRolePolicyDocument']).toMatchObject({
    Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
  });
});

test('every key that a step writes or reads is of a pattern that policies know', () => {
  const all: readonly [string, keyof typeof objects][] = [
    [keys.request('d'), 'request'],
    [keys.accounts('d'), 'accounts'],
    [accountListKey('prod'), 'accountLists'],
    [keys.groups('d'), 'groups'],
    [keys.group('d', 1), 'group'],
    [keys.inventory('d', '1', 'r'), 'inventory'],
    [keys.plan('d'), 'plan'],
    [keys.approval('d', 1), 'approval'],
    [keys.dropped('d'), 'droppedStart'],
    [keys.dedupe('a/b:c'), 'dedupe'],
    [keys.skipped('d'), 'skipped'],
    [keys.wave('d', 1), 'wave'],
    [keys.slice('d', 1, 2), 'wave'],
    [keys.intent('d', 1, '1', 'r', '3'), 'intent'],
    [keys.progress('d', 1, 2), 'progress'],
    [keys.result('d', 1, '1', 'r'), 'result'],
    [keys.output('d', '1', 'r', 'i', 'stdout'), 'output'],
    [keys.revoked('d'), 'recall'],
    [keys.ended('d'), 'recall'],
    [keys.claims('d', 1), 'claims'],
    [keys.recallResult('d', 1, 2, '1', 'r'), 'recallResult'],
    [`${keys.mapRun('d', 'wave-1')}/manifest.json`, 'mapRun'],
    [keys.report('d', 'csv'), 'report'],
  ];
  const escape = (text: string) => text.replace(/[.+?^$(){}|[\]\\]/g, '\\$&');
  const matches = (pattern: string, key: string) =>
    new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`).test(key);
  for (const [key, name] of all)
    expect([
      key,
      Object.entries(objects)
        .filter(([, pattern]) => matches(pattern, key))
        .map(([each]) => each),
    ]).toEqual([key, [name]]);
});
