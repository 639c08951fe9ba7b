import type { PolicyDocument } from '../core/policy.ts';
import type { Rule } from '../events/index.ts';
import type { FunctionSpec } from '../lambda/spec.ts';

type Done = void | Promise<void>;

/** Where a stack's resources go: the world's stores, or a recorder. */
export interface DeployTarget {
  putRole(role: NewRole): Done;
  putInlinePolicy(roleArn: string, name: string, document: PolicyDocument): Done;
  attachManagedPolicy(roleArn: string, policyArn: string): Done;
  putManagedPolicy(policy: NewManagedPolicy): Done;
  putInstanceProfile(profile: NewInstanceProfile): Done;
  putBucket(bucket: NewBucket): Done;
  setBucketPolicy(bucket: string, policy: PolicyDocument): Done;
  putFunction(spec: FunctionSpec): Done;
  putLogGroup(group: NewLogGroup): Done;
  putStateMachine(machine: NewStateMachine): Done;
  putDocument(document: NewDocument): Done;
  putRule(rule: Rule): Done;
}

interface Owned {
  readonly account: string;
  readonly name: string;
}

export interface NewRole extends Owned {
  readonly arn: string;
  /** `/` or `/fleetwide/`. */
  readonly path: string;
  readonly trust: PolicyDocument;
  readonly maxSessionSeconds: number;
}

export interface NewManagedPolicy extends Owned {
  readonly arn: string;
  readonly path: string;
  readonly document: PolicyDocument;
}

export interface NewInstanceProfile extends Owned {
  readonly arn: string;
  readonly path: string;
  readonly roleArn: string;
}

export interface NewBucket extends Owned {
  readonly region: string;
  readonly encryption: { readonly algorithm: 'AES256' | 'aws:kms'; readonly kmsKeyId?: string };
  readonly blockPublicAccess: boolean;
}

export interface NewLogGroup extends Owned {
  readonly arn: string;
  readonly region: string;
  /** Absent: for ever. */
  readonly retentionDays?: number;
}

export interface NewDocument extends Owned {
  readonly type: 'Command' | 'Automation';
  readonly region: string;
  /** JSON, or the object of it. */
  readonly content: unknown;
}

export interface NewStateMachine extends Owned {
  readonly arn: string;
  readonly region: string;
  readonly roleArn: string;
  /** JSON, with no intrinsic function left in it. */
  readonly definition: string;
}
