import type { ServiceId } from '../core/operation.ts';

export type Protocol = 'json' | 'query' | 'ec2' | 'rest' | 'restJson';

export interface WireService {
  readonly protocol: Protocol;
  /** Of XML replies. */
  readonly namespace: string;
  /** `application/x-amz-json-<version>` and the first part of X-Amz-Target. */
  readonly json?: { readonly version: '1.0' | '1.1'; readonly target: string };
  /** Version parameter of the query protocols. */
  readonly version?: string;
  /** The SDK client's module: its exports `<Operation>$` are the operations' schemas. */
  readonly load: () => Promise<object>;
}

type Spoken = Exclude<ServiceId, 'lambda'>;

/** Values: each client's `protocolSettings`. Lambda is reached by integrations alone, not over HTTP. */
export const WIRE: Readonly<Record<Spoken, WireService>> = {
  ec2: {
    protocol: 'ec2',
    namespace: 'http://ec2.amazonaws.com/doc/2016-11-15',
    version: '2016-11-15',
    load: () => import('@aws-sdk/client-ec2'),
  },
  events: {
    protocol: 'json',
    namespace: '',
    json: { version: '1.1', target: 'AWSEvents' },
    load: () => import('@aws-sdk/client-eventbridge'),
  },
  iam: {
    protocol: 'query',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    version: '2010-05-08',
    load: () => import('@aws-sdk/client-iam'),
  },
  logs: {
    protocol: 'json',
    namespace: '',
    json: { version: '1.1', target: 'Logs_20140328' },
    load: () => import('@aws-sdk/client-cloudwatch-logs'),
  },
  organizations: {
    protocol: 'json',
    namespace: '',
    json: { version: '1.1', target: 'AWSOrganizationsV20161128' },
    load: () => import('@aws-sdk/client-organizations'),
  },
  'resource-groups': {
    protocol: 'restJson',
    namespace: '',
    load: () => import('@aws-sdk/client-resource-groups'),
  },
  s3: {
    protocol: 'rest',
    namespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    load: () => import('@aws-sdk/client-s3'),
  },
  scheduler: {
    protocol: 'restJson',
    namespace: '',
    load: () => import('@aws-sdk/client-scheduler'),
  },
  secretsmanager: {
    protocol: 'json',
    namespace: '',
    json: { version: '1.1', target: 'secretsmanager' },
    load: () => import('@aws-sdk/client-secrets-manager'),
  },
  sns: {
    protocol: 'query',
    namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    version: '2010-03-31',
    load: () => import('@aws-sdk/client-sns'),
  },
  sqs: {
    protocol: 'json',
    namespace: '',
    json: { version: '1.0', target: 'AmazonSQS' },
    load: () => import('@aws-sdk/client-sqs'),
  },
  ssm: {
    protocol: 'json',
    namespace: '',
    json: { version: '1.1', target: 'AmazonSSM' },
    load: () => import('@aws-sdk/client-ssm'),
  },
  states: {
    protocol: 'json',
    namespace: '',
    json: { version: '1.0', target: 'AWSStepFunctions' },
    load: () => import('@aws-sdk/client-sfn'),
  },
  sts: {
    protocol: 'query',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
    load: () => import('@aws-sdk/client-sts'),
  },
};

export const isSpoken = (id: string): id is Spoken => Object.hasOwn(WIRE, id);
