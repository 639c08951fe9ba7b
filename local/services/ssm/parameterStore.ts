/** Parameter Store: the latest version of each parameter of an account and Region. */
import type { ParameterType } from '@aws-sdk/client-ssm';

export interface StoredParameter {
  /** As it was put: with or without a slash before it. */
  readonly name: string;
  readonly arn: string;
  readonly type: ParameterType;
  readonly value: string;
  /** Of a SecureString: what encrypts it. */
  readonly keyId?: string;
  readonly version: number;
  readonly modifiedAt: number;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

/** The key that AWS manages: whoever may read the parameter may decrypt it (User Guide, "How AWS KMS is used"). */
export const AWS_KEY = 'alias/aws/ssm';

export class ParameterStore {
  readonly #parameters = new Map<string, StoredParameter>();

  find(place: Place, name: string): StoredParameter | undefined {
    return this.#parameters.get(keyOf(place, name));
  }

  put(place: Place, parameter: StoredParameter): void {
    this.#parameters.set(keyOf(place, parameter.name), parameter);
  }
}

const keyOf = ({ account, region }: Place, name: string): string => `${account}/${region}/${name}`;

/** `/a/b` and `b` have one slash behind `parameter` each. */
export const parameterArn = ({ account, region }: Place, name: string): string =>
  `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
