import { AwsError } from '../../core/operation.ts';
import type { StoredObject } from './bucket.ts';

export interface Conditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

export const preconditionFailed = (condition: string) =>
  new AwsError(
    'PreconditionFailed',
    `At least one of the pre-conditions you specified did not hold: ${condition}`,
    412,
  );

const bare = (etag: string) => etag.trim().replaceAll('"', '');
const fits = (condition: string, etag: string) =>
  condition.trim() === '*' || condition.split(',').some((each) => bare(each) === bare(etag));

/** HTTP dates have whole seconds. */
const seconds = (ms: number) => Math.floor(ms / 1_000);

/** GET and HEAD. Source: RFC 9110 section 13.2.2, which S3 follows. */
export function checkRead(input: Conditions, object: StoredObject): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = input;
  const modified = seconds(object.lastModified);
  if (IfMatch !== undefined) {
    if (!fits(IfMatch, object.etag)) throw preconditionFailed('If-Match');
  } else if (IfUnmodifiedSince && modified > seconds(IfUnmodifiedSince.getTime()))
    throw preconditionFailed('If-Unmodified-Since');
  const same =
    IfNoneMatch === undefined
      ? IfModifiedSince !== undefined && modified <= seconds(IfModifiedSince.getTime())
      : fits(IfNoneMatch, object.etag);
  if (same) throw new AwsError('NotModified', 'Not Modified', 304);
}

/** PUT and CompleteMultipartUpload (S3 User Guide, "Conditional writes"). */
export function checkWrite(
  input: Conditions,
  key: string,
  existing: StoredObject | undefined,
): void {
  const { IfMatch, IfNoneMatch } = input;
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
    throw new AwsError('NotImplemented', `If-None-Match must be *, not ${IfNoneMatch}`, 501);
  if (IfNoneMatch !== undefined && existing) throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!existing) throw new AwsError('NoSuchKey', `The specified key does not exist: ${key}`, 404);
  if (!fits(IfMatch, existing.etag)) throw preconditionFailed('If-Match');
}
