import { isHybrid, type Node } from '../../fleet/index.ts';

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

type Place = Pick<Node, 'account' | 'region'>;

/** What ssm:SendCommand is asked for on a node; the id need not exist. */
export const nodeArn = ({ account, region }: Place, id: string): string => {
  const [service, type] = isHybrid(id) ? ['ssm', 'managed-instance'] : ['ec2', 'instance'];
  return `arn:${partitionOf(region)}:${service}:${region}:${account}:${type}/${id}`;
};

/** A document of AWS's own has no account. */
export const awsDocumentArn = (region: string, name: string): string =>
  `arn:${partitionOf(region)}:ssm:${region}::document/${name}`;

export const documentArn = ({ account, region }: Place, name: string): string =>
  `arn:${partitionOf(region)}:ssm:${region}:${account}:document/${name}`;
