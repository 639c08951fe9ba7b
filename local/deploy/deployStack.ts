import { planStack, type Stack } from './plan.ts';
import type { DeployTarget } from './target.ts';

export interface Deployment {
  readonly outputs: Readonly<Record<string, unknown>>;
  /** By logical id: what Ref returns, and the ARN. */
  readonly resources: Readonly<
    Record<string, { readonly physicalId: string; readonly arn: string }>
  >;
}

export interface DeployOptions {
  /** Alters a copy of the template first: a test takes a permission away. */
  readonly mutate?: (template: unknown) => unknown;
}

/** Creates what the template holds; nothing, if any of it can't be created (TemplateRefused). */
export async function deployStack(
  stack: Stack,
  target: DeployTarget,
  { mutate = (template) => template }: DeployOptions = {},
): Promise<Deployment> {
  const template = mutate(structuredClone(stack.template));
  const { resources, outputs } = planStack({ ...stack, template });
  for (const planned of resources.values()) await planned.create(target);
  return {
    outputs,
    resources: Object.fromEntries(
      [...resources].map(([id, { ref, arn }]) => [id, { physicalId: ref, arn }]),
    ),
  };
}
