import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { AwsError } from '../../core/operation.ts';
import type { PolicyDocument } from '../../core/policy.ts';
import { checkPolicy, statementsOf } from '../../iam/document.ts';
import { type Bucket, type BucketInput, Objects, type StoredObject } from './bucket.ts';

export interface S3StoreDeps {
  readonly clock: Clock;
  readonly newId: () => string;
  /** Saves roles named in a policy by their unique id, as AWS does: `IamStore.bindPrincipals`. */
  readonly bindPrincipals: (document: PolicyDocument) => PolicyDocument;
}

export const md5 = (data: Uint8Array): string => createHash('md5').update(data).digest('hex');

/** The buckets of all accounts and Regions: names are unique worldwide. */
export class S3Store {
  readonly #deps: S3StoreDeps;
  readonly #buckets = new Map<string, Bucket>();

  constructor(deps: S3StoreDeps) {
    this.#deps = deps;
  }

  putBucket(input: BucketInput): Bucket {
    const { name, account, region, policy, encryption, blockPublicAccess = true } = input;
    if (!/^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
      throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${name}`, 400);
    if (this.#buckets.has(name))
      throw new AwsError('BucketAlreadyExists', `The bucket ${name} exists already`, 409);
    const bucket: Bucket = {
      name,
      account,
      region,
      createdAt: this.#deps.clock.now(),
      encryption: encryption ?? { algorithm: 'AES256' },
      blockPublicAccess,
      objects: new Objects(),
      uploads: new Map(),
      policy: undefined,
    };
    this.#buckets.set(name, bucket);
    if (policy) this.setPolicy(name, policy);
    return bucket;
  }

  /** Undefined takes the policy away. Throws MalformedPolicy(Document). */
  setPolicy(name: string, policy: PolicyDocument | undefined): void {
    const bucket = this.#existing(name);
    bucket.policy = policy && this.#deps.bindPrincipals(checkBucketPolicy(name, policy));
  }

  deleteBucket(name: string): void {
    const [first] = this.#existing(name).objects.keys('', '');
    if (first !== undefined)
      throw new AwsError(
        'BucketNotEmpty',
        `The bucket ${name} you tried to delete is not empty`,
        409,
      );
    this.#buckets.delete(name);
  }

  bucket(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  bucketsOf(account: string): readonly Bucket[] {
    return [...this.#buckets.values()].filter((bucket) => bucket.account === account);
  }

  newUploadId(): string {
    return this.#deps.newId();
  }

  /** Stores an object as an operation describes it. */
  put(
    bucket: Bucket,
    key: string,
    object: Omit<StoredObject, 'etag' | 'lastModified' | 'encryption'> &
      Partial<Pick<StoredObject, 'etag' | 'encryption'>>,
  ): StoredObject {
    const stored: StoredObject = {
      etag: `"${md5(object.body)}"`,
      encryption: bucket.encryption,
      ...object,
      lastModified: this.#deps.clock.now(),
    };
    bucket.objects.set(key, stored);
    return stored;
  }

  /** For the world and for tests, past all permissions. Undefined: no such object. */
  read(name: string, key: string): Buffer | undefined {
    return this.#existing(name).objects.get(key)?.body;
  }

  write(name: string, key: string, body: string | Uint8Array): void {
    const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
    this.put(this.#existing(name), key, { body: bytes, headers: {}, metadata: {} });
  }

  list(name: string, prefix = ''): readonly string[] {
    return [...this.#existing(name).objects.keys(prefix, '')];
  }

  #existing(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw noSuchBucket(name);
    return bucket;
  }
}

export const noSuchBucket = (name: string): AwsError =>
  new AwsError('NoSuchBucket', `The specified bucket does not exist: ${name}`, 404);

/** A bucket's policy speaks of this bucket alone. */
function checkBucketPolicy(name: string, document: PolicyDocument): PolicyDocument {
  const policy = checkPolicy(document, 'resource');
  const arn = `arn:aws:s3:::${name}`;
  for (const { Resource, NotResource } of statementsOf(policy))
    for (const resource of [Resource ?? [], NotResource ?? []].flat())
      if (resource !== arn && !resource.startsWith(`${arn}/`))
        throw new AwsError('MalformedPolicy', `Policy has invalid resource: ${resource}`, 400);
  return policy;
}
