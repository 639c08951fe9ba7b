import { AwsError } from '../../core/operation.ts';

/** Refuses by name every parameter of the SDK's input that the operation does not act on. */
export function only<I extends object>(
  operation: string,
  input: I,
  known: readonly (keyof I & string)[],
): void {
  const names: readonly string[] = known;
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !names.includes(name))
      throw new AwsError(
        'NotImplemented',
        `The embedded AWS does not implement the parameter ${name} of s3:${operation} (local/SUPPORT.md)`,
        501,
      );
}

/** The wire hands bodies over as bytes; an integration within may give text. */
export function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new AwsError('InvalidRequest', 'Body must be bytes or text', 400);
}

/** Limit in UTF-8 bytes (S3 User Guide, "Naming Amazon S3 objects"). */
export function keyOf(input: { readonly Key?: string | undefined }): string {
  const key = input.Key ?? '';
  if (key === '') throw new AwsError('InvalidRequest', 'The key must not be empty', 400);
  if (Buffer.byteLength(key) > 1_024)
    throw new AwsError(
      'KeyTooLongError',
      `Your key is too long: ${Buffer.byteLength(key)} bytes`,
      400,
    );
  return key;
}
