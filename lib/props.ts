/** Written by `npm run docs` out of contract/config.ts; a test checks that it is current. */
import type { ConfigInput } from '../contract/config.ts';

/** The fields of fleetwide.config.json, as props of the constructs. */
export interface FleetwideConfig {
  /** Where the hub is. */
  readonly hub: {
    /** The account that dispatches. */
    readonly account: string;
    /** Home Region: state machine, functions, results bucket. */
    readonly region: string;
  };
  /** Regions dispatched to; each gets an exchange bucket in the hub. */
  readonly regions: readonly string[];
  /**
   * Shared by hub and spokes; without it no spoke role can be assumed. When it is left out, one is
   * generated and kept in a file beside this one.
   */
  readonly externalId: string;
  /** Spokes trust callers of this organisation only. */
  readonly organizationId?: string | undefined;
  /**
   * Without organizationId: the spokes, whose nodes may read artifacts and write output.
   * @default []
   */
  readonly accounts?: readonly string[] | undefined;
  /**
   * All documents that spokes let the dispatcher send, by name or ARN. Default: those of the command
   * and script actions.
   * @default ["AWS-RunShellScript","AWS-RunPowerShellScript","AWS-RunRemoteScript"]
   */
  readonly documents?: readonly string[] | undefined;
  /**
   * All Automation runbooks that spokes let the dispatcher start, by name or ARN. Default: none.
   * @default []
   */
  readonly runbooks?: readonly string[] | undefined;
  /**
   * Roles under the path /fleetwide/, beside fleetwide-dispatch, that requests may enter accounts
   * by. Their owners make them, with the same trust policy (docs/onboarding.md). Default: none.
   * @default []
   */
  readonly roles?: readonly string[] | undefined;
  /**
   * Role of every spoke that runbooks act as; it trusts ssm.amazonaws.com. Without it they may do no
   * more than the dispatcher: nothing.
   */
  readonly automationRole?: string | undefined;
  /**
   * Buckets, or prefixes in them, out of which requests may take scripts and files.
   * @default []
   */
  readonly sources?: readonly string[] | undefined;
  /**
   * How long logs are kept (days CloudWatch Logs offers).
   * One of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731.
   * @default 90
   */
  readonly logRetentionDays?: number | undefined;
  /**
   * How long dispatches are kept in the results bucket (days).
   * @default 365
   */
  readonly resultsRetentionDays?: number | undefined;
  /**
   * How the buckets are encrypted. SSE-S3: by keys of S3. KMS: by a customer managed key for each
   * bucket, which is made with it and lets in whom the bucket does.
   * @default "SSE-S3"
   */
  readonly encryption?: 'SSE-S3' | 'KMS' | undefined;
  /**
   * Whether the buckets outlive their stacks. If not, they must be empty to go.
   * @default true
   */
  readonly keepBuckets?: boolean | undefined;
  /** Secrets that nodes may read, for actions that name them. Default: none. */
  readonly secrets?:
    | {
        /**
         * Names of parameters of each account; `*` stands for anything. Nodes with an instance profile may
         * read all parameters anyway (AmazonSSMManagedInstanceCore).
         * @default []
         */
        readonly parameters?: readonly string[] | undefined;
        /**
         * Names of secrets of Secrets Manager, in each account.
         * @default []
         */
        readonly secrets?: readonly string[] | undefined;
        /**
         * KMS keys that encrypt them, where those are not the ones that AWS manages.
         * @default []
         */
        readonly keys?: readonly string[] | undefined;
      }
    | undefined;
  /** What a node is, and which are reachable. */
  readonly nodes?:
    | {
        /**
         * instanceProfile: the stack makes a role and a profile for EC2. defaultHostManagement: it makes a
         * role for Systems Manager to hand out. own: it makes none and prints the statements to add to
         * yours.
         * @default "instanceProfile"
         */
        readonly credentials?: 'instanceProfile' | 'defaultHostManagement' | 'own' | undefined;
        /**
         * Only nodes that carry every key with one of its values are reachable.
         * @default {}
         */
        readonly tags?: Readonly<Record<string, readonly string[]>> | undefined;
        /**
         * Log groups that nodes may write output to and the dispatcher may read: what a request’s
         * `output.logGroup` can be. /fleetwide/commands is made by SpokeRegion; others must exist.
         * @default ["/fleetwide/commands"]
         */
        readonly logGroups?: readonly string[] | undefined;
      }
    | undefined;
  /** VPC endpoints, for accounts that opt in. Default: none. */
  readonly endpoints?:
    | {
        /** VPCs whose nodes reach Systems Manager and S3 without NAT. */
        readonly vpcs: readonly {
          /**
           * Its ids lie in the SSM parameters /fleetwide/vpc/<name>/id, /subnets, /route-tables and /cidrs
           * of each account and Region.
           */
          readonly name: string;
          /**
           * How many CIDRs its /cidrs parameter lists (a template cannot count).
           * @default 1
           */
          readonly cidrs?: number | undefined;
        }[];
        /**
         * For agents older than 3.3.40.0, in Regions that have it: those launched before 2024.
         * @default true
         */
        readonly ec2messages?: boolean | undefined;
        /**
         * For CloudWatch Logs as command output.
         * @default false
         */
        readonly logs?: boolean | undefined;
        /**
         * For SecureString parameters on nodes.
         * @default false
         */
        readonly kms?: boolean | undefined;
      }
    | undefined;
  /** Who is written to about dispatches, and about what. */
  readonly notifications?:
    | {
        /**
         * Subscribed to the topic; each has to confirm once.
         * @default []
         */
        readonly emails?: readonly string[] | undefined;
        /**
         * Events that the topic is told (docs/events.md).
         * @default ["ApprovalNeeded","DispatchFinished","DeliveryDropped"]
         */
        readonly events?: readonly string[] | undefined;
      }
    | undefined;
  /** Schedules that are deployed with the hub (docs/schedules.md). */
  readonly schedules?: ConfigInput['schedules'] | undefined;
  /** StackSets that make accounts spokes. Default: each is deployed by hand. */
  readonly onboarding?:
    | {
        /** Where the Onboarding stack stands. Default: the hub. */
        readonly account?: string | undefined;
        /**
         * For organizational units: DELEGATED_ADMIN where `account` administers StackSets for the
         * organisation, SELF where it is the management account.
         * @default "DELEGATED_ADMIN"
         */
        readonly callAs?: 'SELF' | 'DELEGATED_ADMIN' | undefined;
        /** OUs or roots whose accounts, also future ones, become spokes. */
        readonly organizationalUnits?:
          | readonly {
              /** Id of an organizational unit, or of a root. */
              readonly id: string;
              /** Regions of this OU’s accounts. Default: all of `regions`. */
              readonly regions?: readonly string[] | undefined;
              /**
               * Whether the VPCs of `endpoints` in these accounts get endpoints.
               * @default false
               */
              readonly endpoints?: boolean | undefined;
            }[]
          | undefined;
        /** Accounts that become spokes, instead of organizational units. */
        readonly accounts?: readonly string[] | undefined;
        /**
         * For `accounts`: whether their VPCs get endpoints.
         * @default false
         */
        readonly endpoints?: boolean | undefined;
        /** Accounts that a StackSet deploys to at once, per Region: 5, or "10%". */
        readonly maxConcurrent?: number | string | undefined;
        /** Accounts that may fail in a Region before a StackSet stops: 0, or "10%". */
        readonly tolerance?: number | string | undefined;
      }
    | undefined;
}
