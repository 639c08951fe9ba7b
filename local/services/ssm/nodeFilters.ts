import type {
  InstanceInformationFilter,
  InstanceInformationStringFilter,
} from '@aws-sdk/client-ssm';
import { AwsError } from '../../core/operation.ts';
import type { Node } from '../../fleet/index.ts';
import { iamRoleOf, resourceTypeOf } from './nodeView.ts';
import { invalid, lengthWithin, required } from './validation.ts';

interface Filter {
  readonly read: (node: Node) => string | undefined;
  /** Absent: any. */
  readonly values?: readonly string[];
  readonly single?: boolean;
}

const FILTERS: Readonly<Record<string, Filter>> = {
  InstanceIds: { read: ({ id }) => id },
  PingStatus: {
    read: ({ pingStatus }) => pingStatus,
    values: ['Online', 'ConnectionLost', 'Inactive'],
  },
  PlatformTypes: {
    read: ({ platformType }) => platformType,
    values: ['Windows', 'Linux', 'MacOS'],
  },
  AgentVersion: { read: ({ agentVersion }) => agentVersion },
  ResourceType: { read: resourceTypeOf, values: ['ManagedInstance', 'EC2Instance'], single: true },
  ActivationIds: { read: ({ activationId }) => activationId },
  IamRole: { read: iamRoleOf },
};

const TAG = 'tag:';
const MAX_VALUES = 100;

const badValue = (message: string) =>
  new AwsError('InvalidInstanceInformationFilterValue', message);

type Passes = (node: Node) => boolean;

/** A node must pass every filter, by one of its values. */
export function nodeFilter(
  filters: readonly InstanceInformationStringFilter[] | undefined,
  legacy: readonly InstanceInformationFilter[] | undefined,
): Passes {
  if (filters && legacy)
    throw invalid('InstanceInformationFilterList and Filters cannot both be given');
  const pairs = filters
    ? filters.map(({ Key, Values }) => [required('filters.key', Key), Values ?? []] as const)
    : (legacy ?? []).map(({ key, valueSet }) => [required('key', key), valueSet ?? []] as const);
  const tags = pairs.filter(([key]) => isTag(key));
  if (legacy && tags.length > 0) throw unknownKey(tags[0]?.[0]);
  if (tags.length > 0 && tags.length < pairs.length)
    throw invalid('Cannot mix tag or inventory filter with any other filter.');
  const tests = pairs.map(([key, values]) => test(key, values));
  return (node) => tests.every((passes) => passes(node));
}

const isTag = (key: string): boolean => key === 'tag-key' || key.startsWith(TAG);

function test(key: string, values: readonly string[]): Passes {
  lengthWithin('filters.values', values, [1, MAX_VALUES]);
  if (key === 'tag-key') return ({ tags }) => values.some((name) => Object.hasOwn(tags, name));
  if (key.startsWith(TAG)) {
    const name = key.slice(TAG.length);
    return ({ tags }) => Object.hasOwn(tags, name) && values.includes(tags[name] ?? '');
  }
  const filter = FILTERS[key];
  if (!filter) throw unknownKey(key);
  if (filter.single && values.length > 1)
    throw badValue(`${key} filter may contain only one value.`);
  for (const value of values)
    if (filter.values && !filter.values.includes(value))
      throw badValue(`'${value}' is no value of filter ${key}: ${filter.values.join(', ')}.`);
  return (node) => values.includes(filter.read(node) ?? '');
}

const unknownKey = (key: string | undefined) =>
  new AwsError(
    'InvalidFilterKey',
    `Filter ${key} is unknown to the embedded AWS; it has ${Object.keys(FILTERS).join(', ')}, tag-key and tag:….`,
  );
