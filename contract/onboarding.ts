/** The parts of fleetwide.config.json that say which accounts are spokes, and what a spoke gets. */
import * as z from 'zod';
import { COMMAND_LOG_GROUP } from './names.ts';
import { LogGroup } from './output.ts';
import { AccountId, CountOrPercent, Region } from './primitives.ts';
import { wrong } from './problems.ts';

const unique = <T extends z.ZodType>(item: T, what: string) =>
  z
    .array(item)
    .min(1, wrong(`names no ${what}`, 'Give at least one, or leave the field out'))
    .refine(
      (all) => new Set(all.map((each) => JSON.stringify(each))).size === all.length,
      wrong(`names one ${what} twice`, 'Remove the second one'),
    );

/** An OU or a root (Organizations API, ListTargetsForPolicy: the ids' patterns). */
export const OuId = z
  .string()
  .regex(
    /^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/,
    wrong('is no id of an OU or root', 'Write it like ou-ab12-cd34ef56 or r-ab12'),
  );

const OrganizationalUnit = z.strictObject({
  id: OuId.meta({ description: 'Id of an organizational unit, or of a root.' }),
  regions: unique(Region, 'Region')
    .optional()
    .meta({ description: 'Regions of this OU’s accounts. Default: all of `regions`.' }),
  endpoints: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether the VPCs of `endpoints` in these accounts get endpoints.' }),
});

export const Onboarding = z
  .strictObject({
    account: AccountId.optional().meta({
      description: 'Where the Onboarding stack stands. Default: the hub.',
    }),
    callAs: z.enum(['SELF', 'DELEGATED_ADMIN']).default('DELEGATED_ADMIN').meta({
      description:
        'For organizational units: DELEGATED_ADMIN where `account` administers StackSets for the organisation, SELF where it is the management account.',
    }),
    organizationalUnits: unique(OrganizationalUnit, 'organizational unit')
      .optional()
      .meta({ description: 'OUs or roots whose accounts, also future ones, become spokes.' }),
    accounts: unique(AccountId, 'account')
      .optional()
      .meta({ description: 'Accounts that become spokes, instead of organizational units.' }),
    endpoints: z
      .boolean()
      .default(false)
      .meta({ description: 'For `accounts`: whether their VPCs get endpoints.' }),
    maxConcurrent: CountOrPercent.default('10%').meta({
      description: 'Accounts that a StackSet deploys to at once, per Region: 5, or "10%".',
    }),
    tolerance: CountOrPercent.default('10%').meta({
      description: 'Accounts that may fail in a Region before a StackSet stops: 0, or "10%".',
    }),
  })
  .superRefine((onboarding, ctx) => {
    const { organizationalUnits, accounts, maxConcurrent } = onboarding;
    const say = (path: string, what: string, remedy: string) =>
      ctx.addIssue({ code: 'custom', path: [path], message: wrong(what, remedy) });
    if (organizationalUnits && accounts)
      say('accounts', 'stands beside organizationalUnits', 'Give one of the two');
    if (!organizationalUnits && !accounts)
      say('organizationalUnits', 'missing, and so is accounts', 'Give one of the two');
    if (/^0+(\.0+)?%?$/.test(maxConcurrent))
      say('maxConcurrent', 'is 0', 'Give at least 1, or leave it out');
  });
export type Onboarding = z.output<typeof Onboarding>;

/** A name that is part of the SSM parameters that hold the ids. */
const VpcName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,30}$/,
    wrong('is no name for a VPC', 'Give up to 31 small letters, digits and hyphens'),
  );

const Vpc = z.strictObject({
  name: VpcName.meta({
    description:
      'Its ids lie in the SSM parameters /fleetwide/vpc/<name>/id, /subnets, /route-tables and /cidrs of each account and Region.',
  }),
  cidrs: z.int().min(1).max(5).default(1).meta({
    description: 'How many CIDRs its /cidrs parameter lists (a template cannot count).',
  }),
});

export const Endpoints = z.strictObject({
  vpcs: unique(Vpc, 'VPC')
    .refine(
      (all) => new Set(all.map(({ name }) => name)).size === all.length,
      wrong('names a VPC twice', 'Remove the second one'),
    )
    .meta({ description: 'VPCs whose nodes reach Systems Manager and S3 without NAT.' }),
  ec2messages: z.boolean().default(true).meta({
    description:
      'For agents older than 3.3.40.0, in Regions that have it: those launched before 2024.',
  }),
  logs: z.boolean().default(false).meta({ description: 'For CloudWatch Logs as command output.' }),
  kms: z.boolean().default(false).meta({ description: 'For SecureString parameters on nodes.' }),
});
export type Endpoints = z.output<typeof Endpoints>;

/**
 * Launched before 2024: no later Region has ec2messages (Systems Manager User Guide, "Reference: ec2messages, ssmmessages,
 * and other API operations"), so this list ends here.
 */
const WITH_EC2MESSAGES: ReadonlySet<string> = new Set(
  [
    'us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1',
    'ca-central-1 ca-west-1 sa-east-1 af-south-1 il-central-1 me-central-1',
    'me-south-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2',
    'eu-west-1 eu-west-2 eu-west-3 ap-east-1 ap-south-1 ap-south-2',
    'ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2',
    'ap-southeast-3 ap-southeast-4 cn-north-1 cn-northwest-1',
  ].flatMap((some) => some.split(' ')),
);
export const hasEc2messages = (region: string): boolean => WITH_EC2MESSAGES.has(region);

/** Services that a VPC has interface endpoints for (Systems Manager User Guide, "Create VPC endpoints"). */
export const endpointServices = (
  { ec2messages, logs, kms }: Endpoints,
  region: string,
): readonly string[] => [
  'ssm',
  'ssmmessages',
  ...(ec2messages && hasEc2messages(region) ? ['ec2messages'] : []),
  ...(logs ? ['logs'] : []),
  ...(kms ? ['kms'] : []),
];

export const Nodes = z.strictObject({
  credentials: z
    .enum(['instanceProfile', 'defaultHostManagement', 'own'])
    .default('instanceProfile')
    .meta({
      description:
        'instanceProfile: the stack makes a role and a profile for EC2. defaultHostManagement: it makes a role for Systems Manager to hand out. own: it makes none and prints the statements to add to yours.',
    }),
  tags: z
    .record(z.string().min(1).max(128), unique(z.string().min(1).max(256), 'value'))
    .default({})
    .meta({ description: 'Only nodes that carry every key with one of its values are reachable.' }),
  logGroups: unique(LogGroup, 'log group')
    .default([COMMAND_LOG_GROUP])
    .meta({
      description: `Log groups that nodes may write output to and the dispatcher may read: what a request’s \`output.logGroup\` can be. ${COMMAND_LOG_GROUP} is made by SpokeRegion; others must exist.`,
    }),
});
export type Nodes = z.output<typeof Nodes>;
