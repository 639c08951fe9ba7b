/** A function as it is deployed. */
export interface FunctionSpec {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  /** Folder of the unpacked code. */
  readonly directory: string;
  /** `<file without ending>.<export>`. */
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
}
