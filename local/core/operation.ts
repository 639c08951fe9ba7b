/**
 * The seam between the wire (protocols, signatures, routing) and the services: a service is a table of
 * operations, an operation is a function of the call and its decoded input.
 */
import type { PolicyDocument } from './policy.ts';

export type ServiceId =
  | 'ec2'
  | 'events'
  | 'iam'
  | 'lambda'
  | 'logs'
  | 'organizations'
  | 'resource-groups'
  | 's3'
  | 'scheduler'
  | 'secretsmanager'
  | 'sns'
  | 'sqs'
  | 'ssm'
  | 'states'
  | 'sts';

/** Who calls: what the signature (or an internal integration) proved. */
export interface Caller {
  /** 12 digits. */
  readonly account: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>`, a user's ARN, or `anonymous`. */
  readonly arn: string;
  readonly userId: string;
  readonly accessKeyId: string;
  readonly kind: 'session' | 'user' | 'anonymous' | 'service';
  /** Of a service that acts for itself, e.g. a rule that publishes: keys that it sends, as `aws:SourceArn`. */
  readonly serviceContext?: Readonly<Record<string, string>>;
  /** ARN of the role behind a session, with its path: what aws:PrincipalArn matches. */
  readonly roleArn?: string;
  /** What the principal may do; empty for anonymous. */
  readonly identityPolicies: readonly PolicyDocument[];
  /** Narrows a session: it may do what both allow. */
  readonly sessionPolicy?: PolicyDocument;
  readonly sourceIdentity?: string;
  readonly sessionTags?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; absent: does not expire. */
  readonly expiresAt?: number;
}

export interface Call {
  readonly service: ServiceId;
  readonly operation: string;
  readonly region: string;
  readonly caller: Caller;
  /** False when the request came over what stands for plain HTTP: aws:SecureTransport. */
  readonly secure: boolean;
  readonly requestId: string;
  /** The function that made the call, by name, and which invocation of it: what its trace id tells. */
  readonly by?: { readonly name: string; readonly trace: string };
}

/** Input and output have the shapes of the SDK's `<Operation>CommandInput` and `…CommandOutput`. */
export type Operation<I, O> = (call: Call, input: I) => Promise<O>;

export interface Service {
  readonly id: ServiceId;
  /** Operations of every shape (`never` accepts them all); the wire decodes each input by its own schema. */
  readonly operations: Readonly<Record<string, Operation<never, unknown>>>;
}

/** An error as AWS answers it: `name` is the code on the wire. */
export class AwsError extends Error {
  override readonly name: string;
  /** HTTP status: 4xx is the caller's fault, 5xx the service's. */
  readonly status: number;
  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

export interface AccessQuestion {
  /** `ssm:SendCommand`. */
  readonly action: string;
  /** Full ARN, or `*` for actions without resource. */
  readonly resource: string;
  /** Account that owns the resource; default: the caller's own (same-account rules apply). */
  readonly resourceAccount?: string;
  /** Bucket policy, trust policy: one of these may grant by itself in the same account, and must in another. */
  readonly resourcePolicy?: PolicyDocument;
  /** Condition keys of the service, e.g. `{'ssm:resourceTag/Role': ['web']}`; global keys are filled in from the call. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** Throws {@link AwsError} AccessDenied (by the service's own name) unless the caller may. */
export type Authorize = (call: Call, question: AccessQuestion) => void;
