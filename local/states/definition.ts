import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { compileFlow, type FlowCompiler } from './compile.ts';
import type { Expressions } from './expression.ts';
import type { Flow } from './flow.ts';
import { machineSchema } from './schema.ts';

/** Definition has something that is wrong or not implemented; `problems` has one line for each, with its path. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused';
  readonly problems: readonly string[];
  constructor(machine: string, problems: readonly string[]) {
    super(`State machine ${machine}: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

export interface LoadOptions {
  readonly machine: string;
  readonly expressions: Expressions;
  /** Task resources that the runner knows. */
  readonly resources: readonly string[];
}

/** Throws {@link DefinitionRefused} with every problem at once. */
export function loadDefinition(text: string, options: LoadOptions): Flow {
  const refuse = (problems: readonly string[]): never => {
    throw new DefinitionRefused(options.machine, problems);
  };
  let source: unknown;
  try {
    source = JSON.parse(text);
  } catch (error) {
    return refuse([`not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const parsed = machineSchema.safeParse(source);
  if (!parsed.success)
    return refuse(parsed.error.issues.flatMap((issue) => describe(issue, source)));

  const problems: string[] = [];
  const labels = new Set<string>();
  const compiler: FlowCompiler = {
    expressions: options.expressions,
    resources: options.resources,
    problem: (path, message) => problems.push(`${path}: ${message}`),
    label(given, path) {
      // AWS makes one up when none is given; derived here, so that a machine put again keeps its names.
      const label = given ?? createHash('sha256').update(path).digest('hex').slice(0, 16);
      if (labels.has(label)) problems.push(`${path}/Label: "${label}" is used twice`);
      labels.add(label);
      return label;
    },
  };
  const flow = compileFlow(compiler, parsed.data, parsed.data.QueryLanguage ?? 'JSONPath', '');
  if (problems.length > 0) return refuse(problems);
  return parsed.data.TimeoutSeconds === undefined
    ? flow
    : { ...flow, timeout: parsed.data.TimeoutSeconds };
}

function describe(
  issue: z.core.$ZodIssue,
  source: unknown,
  above: readonly PropertyKey[] = [],
): string[] {
  const path = [...above, ...issue.path];
  const at = path.map(String).join('/');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${at === '' ? '' : `${at}/`}${key}: not supported`);
  if (issue.code !== 'invalid_union') return [`${at}: ${issue.message}`];
  // A union of a value and an expression has a branch for each; one of states has none for an unknown Type.
  const branches = issue.errors.map((issues) =>
    issues.flatMap((inner) => describe(inner, source, path)),
  );
  return branches.length === 0
    ? [`${at}: ${JSON.stringify(valueAt(source, path))} is not one of ${STATE_TYPES.join(', ')}`]
    : [branches.map((branch) => branch.join(', ')).join(' or ')];
}

const STATE_TYPES = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Map'];

function valueAt(source: unknown, path: readonly PropertyKey[]): unknown {
  let value = source;
  for (const key of path)
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([name]) => name === String(key))?.[1]
        : undefined;
  return value;
}
