/** Where things of the hub stand in the AWS console, for links. */

/** The hub, as links need it. */
export interface Home {
  readonly partition: string;
  /** The home Region: of the results bucket and of the executions. */
  readonly region: string;
  /** Name of the results bucket. */
  readonly bucket: string;
}

/** Source: AWS General Reference, AWS Management Console endpoints; AWS China, endpoints and ARNs. */
const CONSOLES: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** A dispatch runs in the home Region of its hub. */
export function homeOf(executionArn: string, bucket: string): Home {
  const [, partition = '', , region = ''] = executionArn.split(':');
  return { partition, region, bucket };
}

export const objectUri = ({ bucket }: Home, key: string): string => `s3://${bucket}/${key}`;

/** The page of an object of the results bucket; undefined in a partition whose console is not known. */
export const objectUrl = (home: Home, key: string): string | undefined =>
  pageOf(
    home,
    `s3/object/${encodeURIComponent(home.bucket)}?region=${encodeURIComponent(home.region)}&prefix=${key.split('/').map(encodeURIComponent).join('/')}`,
  );

/** The page of an execution of the home Region. */
export const executionUrl = (home: Home, arn: string): string | undefined =>
  pageOf(
    home,
    `states/home?region=${encodeURIComponent(home.region)}#/v2/executions/details/${encodeURIComponent(arn)}`,
  );

function pageOf({ partition, region }: Home, path: string): string | undefined {
  const domain = Object.hasOwn(CONSOLES, partition) ? CONSOLES[partition] : undefined;
  return domain && `https://${encodeURIComponent(region)}.${domain}/${path}`;
}
