import type { FunctionSpec } from './spec.ts';

/** Keys of a session of the function's role. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch, on the world's clock. */
  readonly expiresAt: number;
}

/**
 * All the environment that a sandbox has: the template's variables and Lambda's own (Lambda Developer
 * Guide, "Defined runtime environment variables"). AWS_ENDPOINT_URL is the one difference to AWS.
 */
export const environmentOf = (
  spec: FunctionSpec,
  credentials: RoleCredentials,
  logStream: string,
  endpointUrl: string,
): Record<string, string> => ({
  ...spec.environment,
  AWS_REGION: spec.region,
  AWS_LAMBDA_FUNCTION_NAME: spec.name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
  AWS_ENDPOINT_URL: endpointUrl,
  // Where the SDK looks for .aws/config: not in the home of whoever runs this.
  HOME: '/home/sbx_user1051',
});
