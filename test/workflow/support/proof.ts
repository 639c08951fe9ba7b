/**
 * What needs which permission: each errand is run once as it is, and what it asks for is written down. Then a
 * permission is taken away, and an errand that can not do without it must tell of an access error that names it.
 */
import type { Asked } from '../../../local/iam/asked.ts';
import type { IamStore } from '../../../local/iam/store.ts';
import { nameOfRole, type Permission, withhold } from './statements.ts';

/** Something that Fleetwide does. */
export interface Errand {
  readonly name: string;
  /** Resolves to all that is told about how it went: by the execution, in the bucket, in logs. */
  readonly run: () => Promise<string>;
}

interface Usual {
  readonly errand: Errand;
  readonly text: string;
  /** What nothing but the one statement allows, as {@link keyOf} names it. */
  readonly needs: ReadonlySet<string>;
  /** How much it asks for in all: so long it takes. */
  readonly length: number;
}

export interface Needed {
  readonly by: string;
  /** What is told, as far as it names role and action. */
  readonly error: string;
}

const keyOf = (roleArn: string, sid: string, action: string) => `${roleArn} ${sid} ${action}`;
/** As IAM words it, whoever passes it on. */
const DENIED = ' is not authorized to perform: ';

/** `<who> is not authorized to perform: <action> on resource: <resource>`, each that is told. */
const denials = (text: string): readonly string[] => {
  const [first = '', ...rest] = text.split(DENIED);
  return rest.map((after, i) => {
    const who = /\S*$/.exec((rest[i - 1] ?? first).slice(-300))?.[0] ?? '';
    return who + DENIED + (/^\S+ on resource: [^\s"\\]*/.exec(after)?.[0] ?? '');
  });
};

/** What Fleetwide says by itself where an execution ended with it: `<action> for <what>`. */
const ownDenial = (text: string): string | undefined =>
  /"errorType\\":\\"AccessDenied\\",\\"errorMessage\\":\\"([^\\]+)/.exec(text)?.[1];

/** The access error that names the action: IAM's for the role, or Fleetwide's own. */
function errorAbout(text: string, { roleArn, policy }: Permission, action: string) {
  const own = ownDenial(text);
  const isIt = (error: string) =>
    error.includes(`${DENIED}${action} `) &&
    (policy === 'trust'
      ? error.endsWith(`: ${roleArn}`)
      : error.includes(`assumed-role/${nameOfRole(roleArn)}/`));
  return denials(text).find(isIt) ?? (own?.startsWith(`${action} for `) ? own : undefined);
}

export class Proof {
  readonly #iam: IamStore;
  #needs = new Set<string>();
  #length = 0;
  readonly #usual: Usual[] = [];

  constructor(iam: IamStore) {
    this.#iam = iam;
  }

  /** To be told of every permission that is asked for. */
  asked({ action, allowedBy }: Asked): void {
    this.#length++;
    for (const roleArn of new Set(allowedBy.map((each) => each.roleArn))) {
      const statements = allowedBy.filter((each) => each.roleArn === roleArn);
      const [only, other] = statements;
      if (only && !other) this.#needs.add(keyOf(roleArn, only.statement.Sid ?? '', action));
    }
  }

  /** Runs the errand as it is. */
  async learn(errand: Errand): Promise<void> {
    this.#needs = new Set();
    this.#length = 0;
    const text = await errand.run();
    this.#usual.push({ errand, text, needs: this.#needs, length: this.#length });
  }

  /** Errands that are denied something although nothing is taken away. */
  denied(): readonly string[] {
    return this.#usual.flatMap(({ errand, text }) => {
      const error = denials(text)[0] ?? ownDenial(text);
      return error === undefined ? [] : [`${errand.name}: ${error}`];
    });
  }

  /** The quickest errand that cannot do without the permission; undefined: there is none. */
  async needed(permission: Permission): Promise<Needed | undefined> {
    const { roleArn, sid, actions } = permission;
    const candidates = this.#usual
      .filter(({ needs }) => actions.some((each) => needs.has(keyOf(roleArn, sid, each))))
      .toSorted((a, b) => a.length - b.length);
    for (const { errand } of candidates) {
      const giveBack = withhold(this.#iam, permission);
      const told = await errand.run().finally(giveBack);
      for (const action of actions) {
        const error = errorAbout(told, permission, action);
        if (error !== undefined) return { by: errand.name, error };
      }
    }
    return undefined;
  }
}
