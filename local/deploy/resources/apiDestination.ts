import { z } from 'zod';
import { Name, resourceType } from '../resourceType.ts';

const Pair = z.strictObject({
  Key: z.string(),
  Value: z.string(),
  IsValueSecret: z.boolean().default(true),
});
const byKey = (pairs: readonly z.output<typeof Pair>[]) =>
  Object.fromEntries(pairs.map(({ Key, Value }) => [Key, Value]));

export const eventsConnection = resourceType({
  type: 'AWS::Events::Connection',
  properties: z.strictObject({
    Name,
    AuthorizationType: z.literal('API_KEY', {
      error: 'the embedded AWS has connections with an API key alone',
    }),
    AuthParameters: z.strictObject({
      ApiKeyAuthParameters: z.strictObject({ ApiKeyName: z.string(), ApiKeyValue: z.string() }),
      InvocationHttpParameters: z
        .strictObject({
          HeaderParameters: z.array(Pair).default([]),
          BodyParameters: z.array(Pair).default([]),
        })
        .default({ HeaderParameters: [], BodyParameters: [] }),
    }),
  }),
  inert: ['Description'],
  plan({ Name: name, AuthParameters }, { account, region }) {
    const arn = `arn:aws:events:${region}:${account}:connection/${name}`;
    const { ApiKeyAuthParameters, InvocationHttpParameters } = AuthParameters;
    return {
      ref: name,
      arn,
      attributes: { Arn: arn },
      async create(target) {
        await target.putConnection({
          arn,
          headers: {
            [ApiKeyAuthParameters.ApiKeyName]: ApiKeyAuthParameters.ApiKeyValue,
            ...byKey(InvocationHttpParameters.HeaderParameters),
          },
          body: byKey(InvocationHttpParameters.BodyParameters),
        });
      },
    };
  },
});

export const eventsApiDestination = resourceType({
  type: 'AWS::Events::ApiDestination',
  properties: z.strictObject({
    Name,
    ConnectionArn: z.string(),
    InvocationEndpoint: z.string(),
    HttpMethod: z.enum(['POST', 'GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']),
  }),
  inert: ['Description', 'InvocationRateLimitPerSecond'],
  plan({ Name: name, ConnectionArn, InvocationEndpoint, HttpMethod }, { account, region }) {
    const arn = `arn:aws:events:${region}:${account}:api-destination/${name}`;
    return {
      ref: name,
      arn,
      attributes: { Arn: arn },
      async create(target) {
        await target.putDestination({
          arn,
          connectionArn: ConnectionArn,
          url: InvocationEndpoint,
          method: HttpMethod,
        });
      },
    };
  },
});
