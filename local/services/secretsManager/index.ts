/** AWS Secrets Manager, as far as the current text of a secret is read. */
import type {
  GetSecretValueRequest,
  GetSecretValueResponse,
} from '@aws-sdk/client-secrets-manager';
import { type Authorize, AwsError, type Operation, type Service } from '../../core/operation.ts';

export interface Secret {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly value: string;
  /** ARN of the key that encrypts it; absent: the one that AWS manages, which asks nobody. */
  readonly keyId?: string;
}

interface Stored extends Secret {
  readonly arn: string;
  readonly createdAt: number;
}

export class Secrets {
  readonly #secrets: Stored[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The ARN, which ends with six characters that nobody chooses. */
  put(secret: Secret): string {
    const suffix = `Ab${String(this.#secrets.length).padStart(4, '0')}`;
    const { account, region, name } = secret;
    const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`;
    this.#secrets.push({ ...secret, arn, createdAt: this.#now() });
    return arn;
  }

  /** By ARN, whole or without its suffix, or by name in a place. */
  find(id: string, account: string, region: string): Stored | undefined {
    return this.#secrets.find(
      (each) =>
        each.arn === id ||
        each.arn.slice(0, -7) === id ||
        (each.name === id && each.account === account && each.region === region),
    );
  }
}

export interface SecretsDeps {
  readonly secrets: Secrets;
  readonly authorize: Authorize;
}

const getSecretValue =
  ({ secrets, authorize }: SecretsDeps): Operation<GetSecretValueRequest, GetSecretValueResponse> =>
  async (call, input) => {
    for (const [name, value] of Object.entries(input))
      if (value !== undefined && name !== 'SecretId')
        throw new AwsError(
          'InvalidParameterException',
          `The embedded AWS does not implement parameter ${name} of GetSecretValue`,
        );
    const { account } = call.caller;
    const id = input.SecretId ?? '';
    const found = secrets.find(id, account, call.region);
    authorize(call, {
      action: 'secretsmanager:GetSecretValue',
      // Who may not read it is not told whether it is there.
      resource: found?.arn ?? `arn:aws:secretsmanager:${call.region}:${account}:secret:${id}`,
      ...(found && { resourceAccount: found.account }),
    });
    if (!found)
      throw new AwsError(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    if (found.keyId !== undefined)
      authorize(call, {
        action: 'kms:Decrypt',
        resource: found.keyId,
        context: { 'kms:ViaService': [`secretsmanager.${call.region}.amazonaws.com`] },
      });
    return {
      ARN: found.arn,
      Name: found.name,
      SecretString: found.value,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(found.createdAt),
    };
  };

export const createSecretsManager = (deps: SecretsDeps): Service => ({
  id: 'secretsmanager',
  operations: { GetSecretValue: getSecretValue(deps) },
});
