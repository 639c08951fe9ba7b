/**
 * Amazon's runbooks with names, parameters and steps as the Automation runbook reference describes them; the text of
 * their content is not Amazon's. What EC2 is asked for is done to the nodes here, what RDS is asked for is recorded.
 */
const ROLE = {
  type: 'AWS::IAM::Role::Arn',
  description:
    '(Optional) The ARN of the role that allows Automation to perform the actions on your behalf.',
  default: '',
};
const INSTANCES = { type: 'StringList', description: '(Required) EC2 instances.' };
const DATABASE = { type: 'String', description: '(Required) The RDS instance.' };

interface AmazonRunbook {
  readonly name: string;
  readonly content: object;
}

const runbook = (
  name: string,
  parameters: object,
  mainSteps: readonly object[],
  description = name,
): AmazonRunbook => ({
  name,
  content: {
    schemaVersion: '0.3',
    description,
    assumeRole: '{{ AutomationAssumeRole }}',
    parameters: { ...parameters, AutomationAssumeRole: ROLE },
    mainSteps,
  },
});

const change = (name: string, DesiredState: string) => ({
  name,
  action: 'aws:changeInstanceState',
  inputs: { InstanceIds: '{{ InstanceId }}', DesiredState },
});

const rds = (Api: string, more: object = {}) => ({
  Service: 'rds',
  Api,
  DBInstanceIdentifier: '{{ InstanceId }}',
  ...more,
});
const status = (DesiredValues: readonly string[]) =>
  rds('DescribeDBInstances', {
    PropertySelector: '$.DBInstances[0].DBInstanceStatus',
    DesiredValues,
  });

/** Not if it is so already; then the call, then the wait. */
const database = (doing: string, api: string, desired: readonly string[], end: string) => [
  {
    name: `AssertNot${doing}`,
    action: 'aws:assertAwsResourceProperty',
    isCritical: false,
    onFailure: `step:${doing}Instance`,
    nextStep: `Check${doing}`,
    inputs: status(desired),
  },
  { name: `${doing}Instance`, action: 'aws:executeAwsApi', inputs: rds(api) },
  {
    name: `Check${doing}`,
    action: 'aws:waitForAwsResourceProperty',
    timeoutSeconds: 10_800,
    inputs: status([end]),
  },
];

export const AMAZON_RUNBOOKS: readonly AmazonRunbook[] = [
  runbook('AWS-StartEC2Instance', { InstanceId: INSTANCES }, [change('startInstances', 'running')]),
  runbook('AWS-StopEC2Instance', { InstanceId: INSTANCES }, [change('stopInstances', 'stopped')]),
  runbook('AWS-RestartEC2Instance', { InstanceId: INSTANCES }, [
    change('stopInstances', 'stopped'),
    change('startInstances', 'running'),
  ]),
  runbook('AWS-TerminateEC2Instance', { InstanceId: INSTANCES }, [
    change('terminateInstances', 'terminated'),
  ]),
  runbook(
    'AWS-StopRdsInstance',
    { InstanceId: DATABASE },
    database('Stop', 'StopDBInstance', ['stopped', 'stopping'], 'stopped'),
  ),
  runbook(
    'AWS-StartRdsInstance',
    { InstanceId: DATABASE },
    database('Start', 'StartDBInstance', ['available', 'starting'], 'available'),
  ),
];
