export { readAssembly, type SynthesisedStack } from './assembly.ts';
export { type DeployOptions, type Deployment, deployStack } from './deployStack.ts';
export type { Stack } from './plan.ts';
export { TemplateRefused } from './problems.ts';
export { synthesise } from './synthesise.ts';
export type * from './target.ts';
