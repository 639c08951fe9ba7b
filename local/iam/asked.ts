import type { Statement } from '../core/policy.ts';
import { allowing, type Question } from './evaluate.ts';

/** A permission that somebody was asked for. */
export interface Asked {
  /** `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  /** Which statements of which roles allow it: the caller's own, and those of the role that is assumed. */
  readonly allowedBy: readonly { readonly roleArn: string; readonly statement: Statement }[];
}

/** @param roleArn the role behind the caller, if there is one */
export function askedOf(question: Question, roleArn?: string): Asked {
  const { action, resource } = question;
  const { identity, trust } = allowing(question);
  return {
    action,
    resource,
    allowedBy: [
      ...(roleArn === undefined ? [] : each(roleArn, identity)),
      // What is assumed is the resource; a key's policy is nobody's role.
      ...(action.startsWith('sts:') ? each(resource, trust) : []),
    ],
  };
}

const each = (roleArn: string, statements: readonly Statement[]) =>
  statements.map((statement) => ({ roleArn, statement }));
