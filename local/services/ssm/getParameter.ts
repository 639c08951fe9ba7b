import type { GetParameterRequest, GetParameterResult } from '@aws-sdk/client-ssm';
import { AwsError, type Operation } from '../../core/operation.ts';
import { placeOf, type SsmDeps } from './deps.ts';
import { AWS_KEY, parameterArn } from './parameterStore.ts';
import { onlyKnown, required } from './validation.ts';

export const getParameter =
  ({ authorize, parameters }: SsmDeps): Operation<GetParameterRequest, GetParameterResult> =>
  async (call, input) => {
    onlyKnown('GetParameter', input, ['Name', 'WithDecryption']);
    const place = placeOf(call);
    const asked = required('name', input.Name);
    // An ARN names a parameter of one's own account here: sharing is not implemented.
    const name = asked.startsWith('arn:') ? nameOf(asked, call.region) : asked;
    authorize(call, { action: 'ssm:GetParameter', resource: parameterArn(place, name) });
    const found = parameters.find(place, name) ?? parameters.find(place, `/${name}`);
    if (!found) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
    const { arn, type, keyId, value, version, modifiedAt } = found;
    const secure = type === 'SecureString';
    if (secure && input.WithDecryption && keyId !== undefined && keyId !== AWS_KEY)
      authorize(call, {
        action: 'kms:Decrypt',
        resource: keyId,
        context: {
          'kms:ViaService': [`ssm.${call.region}.amazonaws.com`],
          'kms:EncryptionContext:PARAMETER_ARN': [arn],
        },
      });
    return {
      Parameter: {
        Name: found.name,
        Type: type,
        // What it is encrypted to is nobody's business here, only that it is not the value.
        Value: secure && !input.WithDecryption ? `encrypted by ${keyId ?? AWS_KEY}` : value,
        Version: version,
        LastModifiedDate: new Date(modifiedAt),
        ARN: arn,
        DataType: 'text',
      },
    };
  };

function nameOf(arn: string, region: string): string {
  const [, , , where, , resource = ''] = arn.split(':');
  if (where !== region)
    throw new AwsError('ParameterNotFound', `Parameter ${arn} is in another Region.`);
  return resource.replace(/^parameter\//, '');
}
