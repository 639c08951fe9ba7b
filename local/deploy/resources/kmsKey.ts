import { createHash } from 'node:crypto';
import { z } from 'zod';
import { policy, resourceType } from '../resourceType.ts';

export const kmsKey = resourceType({
  type: 'AWS::KMS::Key',
  properties: z.strictObject({
    Description: z.string({ error: 'give one; the embedded AWS tells keys apart by it' }),
    KeyPolicy: policy('resource'),
  }),
  // Nothing is encrypted here, so nothing is rotated.
  inert: ['EnableKeyRotation'],
  plan({ Description, KeyPolicy }, { account, region }) {
    // A UUID that each deployment makes again.
    const hex = createHash('sha256').update(`${account}/${region}/${Description}`).digest('hex');
    const id = hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const arn = `arn:aws:kms:${region}:${account}:key/${id}`;
    return {
      ref: id,
      arn,
      attributes: { Arn: arn, KeyId: id },
      async create(target) {
        await target.putKey({ arn, policy: KeyPolicy });
      },
    };
  },
});
