import { z } from 'zod';
import { Name, resourceType } from '../resourceType.ts';

/** There is no CloudWatch that would watch: both are taken, and nothing comes of them. */
export const alarm = resourceType({
  type: 'AWS::CloudWatch::Alarm',
  properties: z.strictObject({ AlarmName: Name }),
  inert: [
    'ActionsEnabled',
    'AlarmActions',
    'AlarmDescription',
    'ComparisonOperator',
    'DatapointsToAlarm',
    'Dimensions',
    'EvaluationPeriods',
    'MetricName',
    'Metrics',
    'Namespace',
    'OKActions',
    'Period',
    'Statistic',
    'Threshold',
    'TreatMissingData',
  ],
  plan({ AlarmName: name }, { account, region }) {
    const arn = `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
    return { ref: name, arn, attributes: { Arn: arn }, create: async () => undefined };
  },
});

export const dashboard = resourceType({
  type: 'AWS::CloudWatch::Dashboard',
  properties: z.strictObject({ DashboardName: Name }),
  inert: ['DashboardBody'],
  plan({ DashboardName: name }, { account }) {
    const arn = `arn:aws:cloudwatch::${account}:dashboard/${name}`;
    return { ref: name, arn, attributes: {}, create: async () => undefined };
  },
});
