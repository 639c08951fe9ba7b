import { type Authorize, AwsError, type Call } from '../../core/operation.ts';
import { DetailedError } from '../../wire/errors.ts';
import type { PolicyDocument } from '../../core/policy.ts';
import type { Bucket, Encryption, StoredObject } from './bucket.ts';
import { noSuchBucket, type S3Store } from './store.ts';

export interface S3Deps {
  readonly store: S3Store;
  readonly authorize: Authorize;
  /** Policy of a KMS key; absent: encryption is recorded and nothing asked. */
  readonly keyPolicy?: (arn: string) => PolicyDocument | undefined;
}

export const accessDenied = () => new AwsError('AccessDenied', 'Access Denied', 403);

/** The bucket that a request names, if it is there, in this Region, and whose the caller thinks it is. */
export function openBucket(
  { store }: S3Deps,
  call: Call,
  input: {
    readonly Bucket?: string | undefined;
    readonly ExpectedBucketOwner?: string | undefined;
  },
): Bucket {
  const name = input.Bucket ?? '';
  const bucket = store.bucket(name);
  if (!bucket) throw noSuchBucket(name);
  // Without a signature a request has no Region to be wrong about.
  if (call.caller.kind !== 'anonymous' && call.region !== bucket.region) throw elsewhere(bucket);
  if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== bucket.account)
    throw accessDenied();
  return bucket;
}

const elsewhere = ({ name, region }: Bucket) =>
  new DetailedError(
    {
      name: 'PermanentRedirect',
      message:
        'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      status: 301,
    },
    { 'x-amz-bucket-region': region },
    { Bucket: name, Endpoint: `${name}.s3.${region}.amazonaws.com`, Region: region },
  );

export type Keys = Readonly<Record<string, string | undefined>>;

/** May the caller do `action` on the bucket, or on `key` in it? `keys`: the condition keys of S3. */
export function allow(
  { authorize }: S3Deps,
  call: Call,
  action: string,
  bucket: Bucket,
  key?: string,
  keys: Keys = {},
): void {
  if (call.caller.kind === 'anonymous' && bucket.blockPublicAccess) throw accessDenied();
  const context: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(keys))
    if (value !== undefined) context[name] = [value];
  const arn = `arn:aws:s3:::${bucket.name}`;
  authorize(call, {
    action,
    resource: key === undefined ? arn : `${arn}/${key}`,
    resourceAccount: bucket.account,
    ...(bucket.policy && { resourcePolicy: bucket.policy }),
    context,
  });
}

/** The object, once reading it is allowed. Who may not list is not told that a key is missing. */
export function openObject(deps: S3Deps, call: Call, bucket: Bucket, key: string): StoredObject {
  allow(deps, call, 's3:GetObject', bucket, key);
  const object = bucket.objects.get(key);
  if (object) return object;
  allow(deps, call, 's3:ListBucket', bucket);
  throw new AwsError('NoSuchKey', `The specified key does not exist: ${key}`, 404);
}

/**
 * What S3 asks KMS in the caller's name (S3 User Guide, "Using server-side encryption with AWS KMS keys"):
 * `kms:Decrypt` to read, `kms:GenerateDataKey` to write.
 */
export function allowKey(
  { authorize, keyPolicy }: S3Deps,
  call: Call,
  action: 'kms:Decrypt' | 'kms:GenerateDataKey',
  bucket: Bucket,
  key: string,
  { algorithm, kmsKeyId, bucketKey }: Encryption,
): void {
  if (!keyPolicy || algorithm !== 'aws:kms') return;
  // AWS's own key of the account: its policy cannot be changed, and lets in no other account.
  if (kmsKeyId === undefined) {
    if (call.caller.account !== bucket.account) throw accessDenied();
    return;
  }
  const resourcePolicy = keyPolicy(kmsKeyId);
  if (!resourcePolicy)
    throw new AwsError('KMS.NotFoundException', `Key '${kmsKeyId}' does not exist`, 400);
  const arn = `arn:aws:s3:::${bucket.name}`;
  authorize(call, {
    action,
    resource: kmsKeyId,
    resourcePolicy,
    context: {
      'kms:ViaService': [`s3.${bucket.region}.amazonaws.com`],
      'kms:CallerAccount': [call.caller.account],
      'kms:EncryptionContext:aws:s3:arn': [bucketKey === true ? arn : `${arn}/${key}`],
    },
  });
}
