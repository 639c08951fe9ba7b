import { z } from 'zod';
import { Name, resourceType } from '../resourceType.ts';

export const ssmDocument = resourceType({
  type: 'AWS::SSM::Document',
  properties: z.strictObject({
    Name,
    Content: z.union([z.string(), z.record(z.string(), z.unknown())]),
    DocumentType: z.enum(['Command', 'Automation'], {
      error: 'the embedded AWS has documents of type Command and Automation alone',
    }),
    DocumentFormat: z.literal('JSON').default('JSON'),
  }),
  inert: ['UpdateMethod', 'TargetType', 'Tags'],
  plan({ Name: name, Content: content, DocumentType: type }, { account, region }) {
    return {
      ref: name,
      arn: `arn:aws:ssm:${region}:${account}:document/${name}`,
      attributes: {},
      async create(target) {
        await target.putDocument({ type, account, region, name, content });
      },
    };
  },
});
