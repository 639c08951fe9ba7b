import type { PutParameterRequest, PutParameterResult } from '@aws-sdk/client-ssm';
import { AwsError, type Operation } from '../../core/operation.ts';
import { placeOf, type SsmDeps } from './deps.ts';
import { AWS_KEY, parameterArn } from './parameterStore.ts';
import { invalid, lengthWithin, matching, onlyKnown, oneOf, required } from './validation.ts';

/** Of the standard tier (User Guide, "Managing parameter tiers"). */
const MOST_BYTES = 4096;

export const putParameter =
  ({ authorize, clock, parameters }: SsmDeps): Operation<PutParameterRequest, PutParameterResult> =>
  async (call, input) => {
    onlyKnown('PutParameter', input, ['Name', 'Value', 'Type', 'KeyId', 'Overwrite']);
    const place = placeOf(call);
    const name = required('name', input.Name);
    const value = required('value', input.Value);
    matching('name', name, /^\/?[\w.-]+(\/[\w.-]+)*$/);
    lengthWithin('value', value, [1, MOST_BYTES]);
    const arn = parameterArn(place, name);
    authorize(call, { action: 'ssm:PutParameter', resource: arn });
    const before = parameters.find(place, name);
    if (before && !input.Overwrite)
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    const type = input.Type ?? before?.type;
    if (type === undefined)
      throw invalid('A parameter type is required when you create a parameter.');
    oneOf('type', type, ['String', 'StringList', 'SecureString']);
    if (type !== 'SecureString' && input.KeyId !== undefined)
      throw invalid('KeyId is required for SecureString type parameter only.');
    const version = (before?.version ?? 0) + 1;
    parameters.put(place, {
      name,
      arn,
      type,
      value,
      ...(type === 'SecureString' && { keyId: input.KeyId ?? before?.keyId ?? AWS_KEY }),
      version,
      modifiedAt: clock.now(),
    });
    return { Version: version, Tier: 'Standard' };
  };
