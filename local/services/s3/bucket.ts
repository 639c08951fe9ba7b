import type { PolicyDocument } from '../../core/policy.ts';
import type { Algorithm } from '../../wire/checksums.ts';

export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms';
  readonly kmsKeyId?: string;
  readonly bucketKey?: boolean;
}

/** What a request says about an object beside its bytes. */
export interface Headers {
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly ContentType?: string;
}

export interface StoredObject {
  readonly body: Buffer;
  /** With its quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
  readonly headers: Headers;
  /** Names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
  readonly checksum?: {
    readonly algorithm: Algorithm;
    readonly value: string;
    readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  };
}

export interface Part {
  readonly body: Buffer;
  readonly etag: string;
  readonly checksum?: string;
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: Headers;
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
  readonly algorithm: Algorithm | undefined;
  readonly parts: Map<number, Part>;
}

export interface BucketInput {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly policy?: PolicyDocument;
  /** Default AES256, as S3's since January 2023. */
  readonly encryption?: Encryption;
  /** ACLs are off: the one ownership that is implemented, and S3's default since April 2023. */
  readonly ownership?: 'BucketOwnerEnforced';
  /** Default true, as S3's since April 2023: a policy can't let anonymous callers in. */
  readonly blockPublicAccess?: boolean;
}

/** UTF-8 order, in which S3 lists keys. */
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Objects by key, listed in order. */
export class Objects {
  readonly #byKey = new Map<string, StoredObject>();
  readonly #keys: string[] = [];

  get(key: string): StoredObject | undefined {
    return this.#byKey.get(key);
  }

  set(key: string, object: StoredObject): void {
    if (!this.#byKey.has(key)) this.#keys.splice(this.#indexAfter(key), 0, key);
    this.#byKey.set(key, object);
  }

  delete(key: string): boolean {
    if (!this.#byKey.delete(key)) return false;
    this.#keys.splice(this.#indexAfter(key) - 1, 1);
    return true;
  }

  /** Keys with this prefix that sort after `after`, in order. */
  *keys(prefix: string, after: string): Generator<string, void, undefined> {
    const from = compare(after, prefix) > 0 ? after : prefix;
    for (let i = this.#indexAt(from); i < this.#keys.length; i++) {
      const key = this.#keys[i] ?? '';
      if (!key.startsWith(prefix)) return;
      if (key !== after) yield key;
    }
  }

  #indexAfter(key: string): number {
    return this.#search((each) => compare(each, key) <= 0);
  }

  #indexAt(key: string): number {
    return this.#search((each) => compare(each, key) < 0);
  }

  #search(goesBefore: (key: string) => boolean): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (goesBefore(this.#keys[middle] ?? '')) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: number;
  readonly encryption: Encryption;
  readonly blockPublicAccess: boolean;
  readonly objects: Objects;
  readonly uploads: Map<string, Upload>;
  policy: PolicyDocument | undefined;
}
