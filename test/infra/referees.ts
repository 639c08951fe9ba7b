/** Rules that nobody here wrote: cdk-nag's packs over all stacks, and what stands against each finding. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import * as z from 'zod';
import { parseConfig } from '../../contract/config.ts';
import { featureFlags } from '../../lib/configFile.ts';
import { fleetwide } from '../../lib/fleetwide.ts';

export const CONFIG = {
  hub: { account: '111122223333', region: 'eu-west-1' },
  regions: ['eu-west-1'],
  externalId: 'an-external-id-for-tests',
  organizationId: 'o-a1b2c3d4e5',
  encryption: 'KMS' as const,
  endpoints: { vpcs: [{ name: 'main' }], logs: true, kms: true },
  onboarding: { organizationalUnits: [{ id: 'ou-ab12-cd34ef56', endpoints: true }] },
};

const Report = z.object({
  pluginReports: z.array(
    z.looseObject({
      violations: z.array(
        z.looseObject({
          ruleName: z.string(),
          violatingConstructs: z.array(z.looseObject({ constructPath: z.string().optional() })),
        }),
      ),
    }),
  ),
});

/** `<rule> <path of the construct>` of each finding; `plant` adds a fault to the app first. */
export function findingsOf(plant: (app: App) => void = () => undefined): string[] {
  const code = mkdtempSync(join(tmpdir(), 'referees-'));
  writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => null;\n');
  const app = new App({ context: featureFlags(), analyticsReporting: false });
  fleetwide(app, { config: parseConfig(CONFIG), code: () => Code.fromAsset(code) });
  plant(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app));
  const exitCode = process.exitCode;
  try {
    app.synth();
  } catch (error) {
    // Findings end a synthesis; they are in the report, each with its rule.
    if (!String(error).includes('ValidationFailed')) throw error;
  } finally {
    // What a failed validation says to the shell is not meant for the test runner's.
    process.exitCode = exitCode;
  }
  const file = join(app.outdir, 'validation-report.json');
  const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')));
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath = '' }) => `${ruleName} ${constructPath}`),
    ),
  );
}

/** Findings that stand, by rule and place, each with its reason; all others fail. */
export const ACCEPTED: readonly (readonly [finding: RegExp, reason: string])[] = [
  [
    /^AwsSolutions-IAM5\[Resource::<ResultsBucket\w+\.Arn>\/((?:dispatches|schedules)\/\*|uploads|lists|dedupe)\/.+\] Hub\//,
    'The dispatch’s id is not known when the role is made; each role names its own kinds of objects.',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:s3:::fleetwide-exchange-<AWS::AccountId>-\*\/artifacts\/.+\] Hub\/(?:admit|collect)\//,
    'Which Regions a request names and what an artifact’s SHA-256 is are known at run time.',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:s3:::fleetwide-exchange-<AWS::AccountId>-\*(?:\/output\/.+)?\] Hub\/(?:collect|cancel)\//,
    'Which Regions and accounts a dispatch reaches is known at run time; what nodes uploaded lies under output/ alone.',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::(?:\*|arn:<AWS::Partition>:organizations::\*:.*)\] Hub\/admit\//,
    'Organizations lists accounts on no resource, and its units and accounts belong to the management account.',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:kms:\*:<AWS::AccountId>:key\/\*\] Hub\//,
    'The exchange buckets’ keys lie in other Regions’ stacks; the encryption context names the buckets.',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:iam::\*:role\/fleetwide\/fleetwide-dispatch\] Hub\//,
    'Which accounts are spokes is known at run time; the role there is named, and its trust is the other half.',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::.*:execution:.*\] Hub\/(?:Dispatch|admit|revoke|Recall)\//,
    'Executions of this machine and of the children of its maps, which have names of their own.',
  ],
  [
    /^AwsSolutions-IAM5\[.*\] SpokeAccount\/(DispatchRole|Node\/Role)/,
    'One role for all Regions of an account and all its nodes; the reading actions know no resource types.',
  ],
  [
    /^AwsSolutions-IAM4\[.*AmazonSSMManagedInstanceCore\] SpokeAccount\//,
    'What the agent needs is AWS’s to say, and changes with the agent.',
  ],
  [
    /IAMNoInlinePolicy /,
    'One policy for one role: a managed one would be a thing of its own that others can attach.',
  ],
  [
    /(AwsSolutions-S1|S3BucketLoggingEnabled) /,
    'CloudTrail data events name the caller of each access, server access logs often do not; theirs is the account’s decision.',
  ],
  [
    /S3BucketVersioningEnabled /,
    'What must not be overwritten is put on that condition (lib/privateBucket.ts).',
  ],
  [
    /S3BucketReplicationEnabled /,
    'A report can be made again; the exchange bucket holds what is on its way.',
  ],
  [
    /CloudWatchLogGroupEncrypted /,
    'Encrypted with CloudWatch’s own keys: logs hold ids and counts, never what ran or what it said.',
  ],
  [
    /(AwsSolutions-SQS3|AwsSolutions-SNS2|SNSEncryptedKMS) Hub\/Notifications\//,
    'The queue is the dead-letter queue; EventBridge and alarms cannot use the managed key of SNS, and nothing secret is told.',
  ],
  [
    /AwsSolutions-SF1 /,
    'An execution’s history holds every event for 90 days, and the results bucket the outcome.',
  ],
  [/AwsSolutions-SF2 /, 'The steps log under the dispatch’s id; a trace would add no step.'],
  [
    /LambdaConcurrency /,
    'The maps bound how many run at once; a reserve would take it from the account for ever.',
  ],
  [
    /LambdaDLQ /,
    'Called by the state machine, which has retries and catches; nothing is invoked asynchronously.',
  ],
  [
    /LambdaInsideVPC /,
    'They talk to public endpoints of AWS in every Region; a VPC would need NAT in between.',
  ],
  [
    /(EC23|EC2RestrictedCommonPorts|EC2RestrictedSSH).* SpokeRegion\/Vpc-main\/Group/,
    'The rule cannot read a CIDR out of a parameter; the test of the onboarding does.',
  ],
];
