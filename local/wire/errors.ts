import { AwsError } from '../core/operation.ts';

/** An error that carries more than name and text, as S3's redirects do. */
export class DetailedError extends AwsError {
  readonly headers: Readonly<Record<string, string>>;
  /** Further elements of the error's XML. */
  readonly fields: Readonly<Record<string, string>>;
  constructor(
    error: { readonly name: string; readonly message: string; readonly status: number },
    headers: Readonly<Record<string, string>>,
    fields: Readonly<Record<string, string>> = {},
  ) {
    super(error.name, error.message, error.status);
    this.headers = headers;
    this.fields = fields;
  }
}

/** The embedded AWS is no stub that accepts what it does not do: what is unknown is refused by name. */
export const unknownOperation = (service: string, operation: string): AwsError =>
  new AwsError(
    'UnknownOperationException',
    `The embedded AWS does not implement ${service}:${operation} (local/SUPPORT.md)`,
    400,
  );

export const unknownMember = (operation: string, member: string): AwsError =>
  new AwsError(
    'ValidationException',
    `The embedded AWS does not know the member ${member} of ${operation}`,
    400,
  );

export const badInput = (member: string, expected: string): AwsError =>
  new AwsError('SerializationException', `${member} must be ${expected}`, 400);

/** What a defect of the embedded AWS looks like to its caller; the cause goes to its log. */
export const asAwsError = (error: unknown): AwsError =>
  error instanceof AwsError
    ? error
    : new AwsError(
        'InternalFailure',
        `The embedded AWS failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        500,
      );
