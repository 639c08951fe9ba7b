/**
 * APIs of services that the embedded AWS has not: a runbook's call is authorised as AWS would ask, and recorded.
 * Names as runbooks give them (boto3), actions and resources by the Service Authorization Reference.
 */
export interface Place {
  readonly account: string;
  readonly region: string;
}

type Inputs = Readonly<Record<string, unknown>>;

export interface RecordedApi {
  readonly action: string;
  readonly resource: (inputs: Inputs, place: Place) => string;
}

const all = () => '*';
const text = (value: unknown): string => (typeof value === 'string' ? value : '*');
/** `arn:aws:<service>:<Region>:<account>:<rest>`, unless the input is an ARN already. */
const own =
  (service: string, rest: (inputs: Inputs) => string) =>
  (inputs: Inputs, { region, account }: Place): string => {
    const name = rest(inputs);
    return name.startsWith('arn:') ? name : `arn:aws:${service}:${region}:${account}:${name}`;
  };
const named = (service: string, type: string, input: string, separator = '/') =>
  own(service, (inputs) => {
    const name = text(inputs[input]);
    return name.startsWith('arn:') ? name : `${type}${separator}${name}`;
  });

const api = (action: string, resource: RecordedApi['resource'] = all): RecordedApi => ({
  action,
  resource,
});

const database = named('rds', 'db', 'DBInstanceIdentifier', ':');
const cluster = named('ecs', 'cluster', 'cluster');
const workgroup = named('athena', 'workgroup', 'WorkGroup');

export const RECORDED: Readonly<Record<string, Readonly<Record<string, RecordedApi>>>> = {
  athena: {
    StartQueryExecution: api('athena:StartQueryExecution', workgroup),
    GetQueryExecution: api('athena:GetQueryExecution', workgroup),
    GetQueryResults: api('athena:GetQueryResults', workgroup),
  },
  autoscaling: {
    DescribeAutoScalingGroups: api('autoscaling:DescribeAutoScalingGroups'),
    UpdateAutoScalingGroup: api(
      'autoscaling:UpdateAutoScalingGroup',
      own(
        'autoscaling',
        (inputs) =>
          `autoScalingGroup:*:autoScalingGroupName/${text(inputs['AutoScalingGroupName'])}`,
      ),
    ),
  },
  ec2: {
    CreateFlowLogs: api(
      'ec2:CreateFlowLogs',
      own('ec2', () => 'vpc-flow-log/*'),
    ),
    CreateVpcPeeringConnection: api(
      'ec2:CreateVpcPeeringConnection',
      own('ec2', () => 'vpc-peering-connection/*'),
    ),
    RegisterImage: api('ec2:RegisterImage', (_, { region }) => `arn:aws:ec2:${region}::image/*`),
    RunInstances: api(
      'ec2:RunInstances',
      own('ec2', () => 'instance/*'),
    ),
  },
  ecs: {
    DescribeTasks: api(
      'ecs:DescribeTasks',
      own('ecs', () => 'task/*'),
    ),
    ExecuteCommand: api('ecs:ExecuteCommand', cluster),
    ListTasks: api('ecs:ListTasks'),
    StopTask: api(
      'ecs:StopTask',
      own('ecs', () => 'task/*'),
    ),
  },
  elbv2: {
    DescribeTargetHealth: api('elasticloadbalancing:DescribeTargetHealth'),
  },
  lambda: {
    Invoke: api('lambda:InvokeFunction', named('lambda', 'function', 'FunctionName', ':')),
  },
  logs: {
    StartQuery: api(
      'logs:StartQuery',
      own('logs', (inputs) => `log-group:${text(inputs['logGroupName'])}:*`),
    ),
    DescribeQueryDefinitions: api('logs:DescribeQueryDefinitions'),
    GetQueryResults: api('logs:GetQueryResults'),
  },
  rds: {
    DescribeDBInstances: api('rds:DescribeDBInstances', database),
    StartDBInstance: api('rds:StartDBInstance', database),
    StopDBInstance: api('rds:StopDBInstance', database),
  },
};
