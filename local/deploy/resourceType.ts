import * as z from 'zod';
import type { PolicyDocument } from '../core/policy.ts';
import { checkPolicy } from '../iam/document.ts';
import { problemsOf } from './problems.ts';
import type { DeployTarget } from './target.ts';

/** Where a resource is created, and what it may refer to. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** Folders of unpacked assets by object key. */
  readonly assets: ReadonlyMap<string, string>;
  /** ARN of a role of this stack by its name. */
  readonly roleArn: (name: string) => string;
}

/** A resource whose properties are known to be right; it exists once `create` has run. */
export interface Planned {
  /** What Ref returns. */
  readonly ref: string;
  /** What Fn::GetAtt returns. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly arn: string;
  create(target: DeployTarget): Promise<void>;
}

export interface ResourceType {
  readonly type: string;
  /** Throws {@link PropertiesRefused}. */
  plan(properties: Readonly<Record<string, unknown>>, place: Place): Planned;
}

export class PropertiesRefused extends Error {
  override readonly name = 'PropertiesRefused';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/**
 * `properties` is strict: what it does not name is refused. `inert` are properties that have no effect in
 * the embedded AWS and are accepted whatever they say.
 */
export const resourceType = <P>(definition: {
  readonly type: string;
  readonly properties: z.ZodType<P>;
  readonly inert?: readonly string[];
  readonly plan: (properties: P, place: Place) => Planned;
}): ResourceType => ({
  type: definition.type,
  plan(properties, place) {
    const inert = new Set(definition.inert);
    const effective = Object.entries(properties).filter(([name]) => !inert.has(name));
    const parsed = definition.properties.safeParse(Object.fromEntries(effective));
    if (!parsed.success) throw new PropertiesRefused(problemsOf(parsed.error));
    return definition.plan(parsed.data, place);
  },
});

export const policy = (kind: 'identity' | 'resource' | 'trust') =>
  z.unknown().transform((document, ctx): PolicyDocument => {
    try {
      return checkPolicy(document, kind);
    } catch (error) {
      ctx.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'refused' });
      return z.NEVER;
    }
  });

/** Every name is given: what CloudFormation makes up for a resource without one is not imitated. */
export const Name = z.string({ error: 'give a name; the embedded AWS makes none up' });
export const Path = z.string().default('/');
