import type * as z from 'zod';

/** What the embedded AWS can't deploy, all of it at once; nothing has been created. */
export class TemplateRefused extends Error {
  override readonly name = 'TemplateRefused';
  readonly problems: readonly string[];
  constructor(stackName: string, problems: readonly string[]) {
    super([`Stack ${stackName}: ${problems.length} problem(s)`, ...problems].join('\n  '));
    this.problems = problems;
  }
}

/** One thing that is wrong in a template; collected by the caller. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** `Code.ZipFile: not implemented`, one line for each fault that zod found. */
export const problemsOf = (error: z.ZodError): string[] =>
  error.issues.flatMap((issue) => {
    const at = (...more: readonly PropertyKey[]) => [...issue.path, ...more].map(String).join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => `${at(key)}: not implemented by the embedded AWS`);
    return [`${at() || '(all)'}: ${issue.message}`];
  });
