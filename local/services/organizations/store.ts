/** Organisations of the embedded AWS: their units, accounts and who may ask about them. */
import type { AccountState } from '@aws-sdk/client-organizations';
import type { PolicyDocument } from '../../core/policy.ts';

export interface OrganizationSpec {
  /** `o-…` */
  readonly id: string;
  /** 12 digits; a member like the others. */
  readonly management: string;
  /** Member accounts that may read the organisation, as they may who administer one of its services. */
  readonly delegated?: readonly string[];
}

export interface Unit {
  /** `ou-…`, or `r-…` for the root. */
  readonly id: string;
  readonly name: string;
  /** Absent: this is the root. */
  readonly parent?: string;
}

export interface Member {
  readonly id: string;
  readonly name: string;
  /** Unit or root that it lies in. */
  readonly parent: string;
  readonly state: AccountState;
  readonly tags: Readonly<Record<string, string>>;
}

export class Organization {
  readonly id: string;
  readonly management: string;
  readonly delegated: ReadonlySet<string>;
  readonly root: string;
  readonly #units = new Map<string, Unit>();
  readonly #members = new Map<string, Member>();
  readonly #policies = new Map<string, readonly PolicyDocument[]>();

  constructor({ id, management, delegated = [] }: OrganizationSpec) {
    this.id = id;
    this.management = management;
    this.delegated = new Set(delegated);
    const suffix = id.slice(2, 6);
    this.root = `r-${suffix}`;
    this.#units.set(this.root, { id: this.root, name: 'Root' });
    this.addAccount(management, { name: 'management' });
    for (const account of delegated) this.addAccount(account);
  }

  /** Answers its id. */
  addUnit(name: string, parent = this.root): string {
    this.#unit(parent);
    const number = String(this.#units.size).padStart(8, '0');
    const id = `ou-${this.root.slice(2)}-${number}`;
    this.#units.set(id, { id, name, parent });
    return id;
  }

  /** Adds an account, or moves and changes one that is there. */
  addAccount(id: string, change: Partial<Omit<Member, 'id'>> = {}): Member {
    const member: Member = {
      name: `account-${id}`,
      parent: this.root,
      state: 'ACTIVE',
      tags: {},
      ...this.#members.get(id),
      ...change,
      id,
    };
    this.#unit(member.parent);
    this.#members.set(id, member);
    return member;
  }

  /** A service control policy on a unit or an account; only what it denies counts. */
  attachPolicy(target: string, policy: PolicyDocument): void {
    this.#policies.set(target, [...(this.#policies.get(target) ?? []), policy]);
  }

  /** Of the account and all above it; the management account has none. */
  policiesFor(account: string): readonly PolicyDocument[] {
    if (account === this.management) return [];
    const above: string[] = [account];
    for (let at = this.#members.get(account)?.parent; at; at = this.#units.get(at)?.parent)
      above.push(at);
    return above.flatMap((target) => this.#policies.get(target) ?? []);
  }

  units(parent: string): readonly Unit[] {
    return [...this.#units.values()].filter((unit) => unit.parent === parent);
  }

  members(parent?: string): readonly Member[] {
    const all = [...this.#members.values()];
    return parent === undefined ? all : all.filter((member) => member.parent === parent);
  }

  member(id: string): Member | undefined {
    return this.#members.get(id);
  }

  unit(id: string): Unit | undefined {
    return this.#units.get(id);
  }

  #unit(id: string): Unit {
    const unit = this.#units.get(id);
    if (!unit) throw new Error(`organisation ${this.id} has no unit ${id}`);
    return unit;
  }
}

export class Organizations {
  readonly #all: Organization[] = [];

  create(spec: OrganizationSpec): Organization {
    const organization = new Organization(spec);
    this.#all.push(organization);
    return organization;
  }

  /** The organisation that an account is in. */
  of(account: string): Organization | undefined {
    return this.#all.find((each) => each.member(account));
  }
}
