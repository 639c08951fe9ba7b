export type { RoleCredentials } from './environment.ts';
export {
  createLambdaHost,
  type InvokeResult,
  type LambdaHost,
  type LambdaHostDeps,
} from './host.ts';
export type { FunctionSpec } from './spec.ts';
