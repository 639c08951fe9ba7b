import type { Clock } from '../core/clock.ts';
import { AwsError, type Caller } from '../core/operation.ts';
import type { PolicyDocument } from '../core/policy.ts';
import { type Asked, askedOf } from './asked.ts';
import { bindPrincipals } from './bind.ts';
import { contextOf } from './context.ts';
import { checkPolicy } from './document.ts';
import { evaluate, type Question } from './evaluate.ts';
import { secretKey, uniqueId } from './ids.ts';
import { checkSize } from './limits.ts';
import { AWS_MANAGED } from './managed.ts';
import { makeRole, noSuch, type Role, type RoleInput, withPolicies } from './roles.ts';
import {
  type Credentials,
  makeSession,
  type Session,
  sessionCaller,
  type SessionOptions,
} from './sessions.ts';

export interface IamDeps {
  readonly clock: Clock;
  /** A text that no other call returned; keys and ids are derived from it. */
  readonly newId: () => string;
  /** Told of every role that a service asks for, before it is decided. */
  readonly asked?: (asked: Asked) => void;
}

interface User {
  readonly account: string;
  readonly arn: string;
  readonly id: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly policies: readonly PolicyDocument[];
}

export interface InstanceProfile {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
}

export type Found =
  | { readonly caller: Caller; readonly secretAccessKey: string }
  /** No such key, or its role is gone; a token that is not the key's; past its expiry. */
  | 'unknown'
  | 'badToken'
  | 'expired';

/** The IAM of all accounts: who exists, what they may do, and which credentials are theirs. */
export class IamStore {
  readonly #deps: IamDeps;
  readonly #roles = new Map<string, Role>();
  readonly #managed = new Map<string, PolicyDocument>(Object.entries(AWS_MANAGED));
  readonly #profiles = new Map<string, InstanceProfile>();
  readonly #users = new Map<string, User>();
  readonly #sessions = new Map<string, Session>();

  constructor(deps: IamDeps) {
    this.#deps = deps;
  }

  /** Creates a role, or changes the one with this ARN, which keeps its unique id. */
  putRole(input: RoleInput): Role {
    const trust = this.bindPrincipals(checkPolicy(input.trust, 'trust'));
    const made = makeRole(input, uniqueId('AROA', this.#deps.newId(), 17), trust);
    return this.#save({ ...made, id: this.#roles.get(made.arn)?.id ?? made.id });
  }

  /** Sessions of the role end with it. */
  deleteRole(arn: string): void {
    if (!this.#roles.delete(arn)) throw noSuch('role with name', arn);
  }

  role(arn: string): Role | undefined {
    return this.#roles.get(arn);
  }

  roles(): readonly Role[] {
    return [...this.#roles.values()];
  }

  putInlinePolicy(roleArn: string, name: string, document: PolicyDocument): void {
    const role = this.#existing(roleArn);
    this.#save({ ...role, inline: new Map(role.inline).set(name, document) });
  }

  deleteInlinePolicy(roleArn: string, name: string): void {
    const role = this.#existing(roleArn);
    const inline = new Map(role.inline);
    if (!inline.delete(name)) throw noSuch('role policy with name', name);
    this.#save({ ...role, inline });
  }

  attachPolicy(roleArn: string, policyArn: string): void {
    const role = this.#existing(roleArn);
    this.#save({ ...role, managed: new Set(role.managed).add(policyArn) });
  }

  detachPolicy(roleArn: string, policyArn: string): void {
    const role = this.#existing(roleArn);
    const managed = new Set(role.managed);
    if (!managed.delete(policyArn)) throw noSuch('attached policy', policyArn);
    this.#save({ ...role, managed });
  }

  /** Customer managed policy; returns its ARN. */
  putManagedPolicy(input: {
    readonly account: string;
    readonly name: string;
    readonly path?: string;
    readonly document: PolicyDocument;
  }): string {
    const document = checkPolicy(input.document, 'identity');
    checkSize('managed', input.name, [document]);
    const arn = `arn:aws:iam::${input.account}:policy${input.path ?? '/'}${input.name}`;
    this.#managed.set(arn, document);
    return arn;
  }

  deleteManagedPolicy(arn: string): void {
    if (this.roles().some((role) => role.managed.has(arn)))
      throw new AwsError(
        'DeleteConflict',
        `Cannot delete a policy attached to entities: ${arn}`,
        409,
      );
    if (AWS_MANAGED[arn] || !this.#managed.delete(arn)) throw noSuch('policy', arn);
  }

  /** Returns the profile's ARN. */
  putInstanceProfile(input: {
    readonly account: string;
    readonly name: string;
    readonly path?: string;
    readonly roleArn: string;
  }): string {
    this.#existing(input.roleArn);
    const arn = `arn:aws:iam::${input.account}:instance-profile${input.path ?? '/'}${input.name}`;
    this.#profiles.set(arn, { arn, name: input.name, roleArn: input.roleArn });
    return arn;
  }

  deleteInstanceProfile(arn: string): void {
    if (!this.#profiles.delete(arn)) throw noSuch('instance profile', arn);
  }

  instanceProfile(arn: string): InstanceProfile | undefined {
    return this.#profiles.get(arn);
  }

  /** A user with one access key. */
  createUser(
    account: string,
    name: string,
    policies: readonly PolicyDocument[],
  ): { readonly arn: string; readonly accessKeyId: string; readonly secretAccessKey: string } {
    const arn = `arn:aws:iam::${account}:user/${name}`;
    if ([...this.#users.values()].some((user) => user.arn === arn))
      throw new AwsError('EntityAlreadyExists', `User with name ${name} already exists.`, 409);
    const seed = this.#deps.newId();
    const accessKeyId = uniqueId('AKIA', seed, 16);
    const secretAccessKey = secretKey(seed);
    this.#users.set(accessKeyId, {
      account,
      arn,
      id: uniqueId('AIDA', `user ${seed}`, 17),
      accessKeyId,
      secretAccessKey,
      policies: policies.map((policy) => checkPolicy(policy, 'identity')),
    });
    return { arn, accessKeyId, secretAccessKey };
  }

  /** A resource policy or trust policy as AWS stores it; throws for a principal that does not exist. */
  bindPrincipals(document: PolicyDocument): PolicyDocument {
    return bindPrincipals(
      document,
      (arn) =>
        this.#roles.get(arn)?.id ?? [...this.#users.values()].find((user) => user.arn === arn)?.id,
    );
  }

  /** What STS does once the trust policy has allowed it. */
  startSession(roleArn: string, options: SessionOptions): Credentials {
    const { clock, newId } = this.#deps;
    const session = makeSession(this.#existing(roleArn), options, clock.now(), newId());
    this.#sessions.set(session.accessKeyId, session);
    return session;
  }

  /**
   * What a service does to run something as a role: Lambda a function, Step Functions a machine, EC2 an
   * instance. `context`: keys the service sends along, e.g. `aws:SourceArn`. Throws AccessDenied.
   */
  sessionForService(
    roleArn: string,
    service: string,
    name: string,
    options: {
      readonly seconds?: number;
      readonly context?: Readonly<Record<string, string>>;
    } = {},
  ): Credentials {
    const role = this.#existing(roleArn);
    const question: Question = {
      subject: { kind: 'service', service },
      action: 'sts:AssumeRole',
      resource: roleArn,
      resourceAccount: role.account,
      context: contextOf({ 'aws:PrincipalIsAWSService': 'true' }, options.context ?? {}),
      identityPolicies: [],
      resourcePolicy: role.trust,
      trust: true,
    };
    this.#deps.asked?.(askedOf(question));
    if (evaluate(question) !== undefined)
      throw new AwsError(
        'AccessDenied',
        `User: ${service} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
        403,
      );
    return this.startSession(roleArn, { name, seconds: options.seconds ?? 3_600 });
  }

  /** Whose key it is. The policies are those of this moment. */
  callerFor(accessKeyId: string, token: string | undefined): Found {
    const user = this.#users.get(accessKeyId);
    if (user) return token === undefined ? userFound(user) : 'badToken';
    const session = this.#sessions.get(accessKeyId);
    const role = session && this.#roles.get(session.roleArn);
    if (!session || role?.id !== session.roleId) return 'unknown';
    if (token !== session.sessionToken) return 'badToken';
    if (this.#deps.clock.now() >= session.expiresAt) return 'expired';
    return {
      caller: sessionCaller(session, role, this.#policiesOf(role)),
      secretAccessKey: session.secretAccessKey,
    };
  }

  /** The caller behind credentials that this store gave out; throws ExpiredToken or InvalidClientTokenId. */
  callerOf(credentials: Pick<Credentials, 'accessKeyId' | 'sessionToken'>): Caller {
    const found = this.callerFor(credentials.accessKeyId, credentials.sessionToken);
    if (typeof found === 'object') return found.caller;
    if (found === 'expired')
      throw new AwsError(
        'ExpiredToken',
        'The security token included in the request is expired',
        403,
      );
    throw new AwsError(
      'InvalidClientTokenId',
      'The security token included in the request is invalid',
      403,
    );
  }

  #policiesOf(role: Role): readonly PolicyDocument[] {
    return [...role.inline.values(), ...[...role.managed].map((arn) => this.#managedPolicy(arn))];
  }

  #managedPolicy(arn: string): PolicyDocument {
    const document = this.#managed.get(arn);
    if (!document)
      throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
    return document;
  }

  #existing(arn: string): Role {
    const role = this.#roles.get(arn);
    if (!role) throw noSuch('role with name', arn);
    return role;
  }

  #save(role: Role): Role {
    for (const arn of role.managed) this.#managedPolicy(arn);
    const saved = withPolicies(role);
    this.#roles.set(saved.arn, saved);
    return saved;
  }
}

const userFound = (user: User): Found => ({
  caller: {
    account: user.account,
    arn: user.arn,
    userId: user.id,
    accessKeyId: user.accessKeyId,
    kind: 'user',
    identityPolicies: user.policies,
  },
  secretAccessKey: user.secretAccessKey,
});
