/** KMS, as far as S3 asks it on behalf of whoever reads and writes: keys and their policies, no cryptography. */
import type { PolicyDocument } from '../../core/policy.ts';
import { checkPolicy } from '../../iam/document.ts';

export interface NewKey {
  readonly arn: string;
  readonly policy: PolicyDocument;
}

export class KmsStore {
  readonly #keys = new Map<string, PolicyDocument>();

  putKey({ arn, policy }: NewKey): void {
    this.#keys.set(arn, checkPolicy(policy, 'resource'));
  }

  /** Undefined: there is no such key. */
  policy(arn: string): PolicyDocument | undefined {
    return this.#keys.get(arn);
  }

  keys(): readonly string[] {
    return [...this.#keys.keys()];
  }
}
