import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { METRICS, nodesMetric } from '../../contract/metrics.ts';
import { functionName, STEPS } from '../../contract/names.ts';
import { OUTCOMES } from '../../contract/outcomes.ts';

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.looseObject({}).default({}),
});
const template = z
  .object({ Resources: z.record(z.string(), Resource) })
  .parse(
    JSON.parse(
      readFileSync(join(process.env.FLEETWIDE_TEST_ASSEMBLY ?? '', 'Hub.template.json'), 'utf-8'),
    ),
  );
const of = (type: string) =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties);

describe('the hub', () => {
  it('raises alarms for failed dispatches and dead letters, to the topic', () => {
    const byName = Object.fromEntries(
      of('AWS::CloudWatch::Alarm').map(({ AlarmName, ...alarm }) => [String(AlarmName), alarm]),
    );
    expect(Object.keys(byName).toSorted()).toEqual([
      'fleetwide-dead-letters',
      'fleetwide-dispatch-failed',
      'fleetwide-dispatch-timed-out',
      'fleetwide-recall-failed',
    ]);
    for (const alarm of Object.values(byName)) {
      expect(JSON.stringify(alarm.AlarmActions)).toContain('NotificationsTopic');
      expect(alarm).toMatchObject({ Threshold: 0, TreatMissingData: 'notBreaching' });
    }
    expect(byName['fleetwide-dead-letters']).toMatchObject({
      Namespace: 'AWS/SQS',
      Dimensions: [{ Name: 'QueueName', Value: 'fleetwide-dead-letters' }],
    });
    expect(byName['fleetwide-dispatch-failed']).toMatchObject({
      Namespace: 'AWS/States',
      MetricName: 'ExecutionsFailed',
    });
  });

  it('shows every metric that is counted, and the errors of every function', () => {
    const body = JSON.stringify(of('AWS::CloudWatch::Dashboard'));
    // Matched is the sum of the outcomes, which are shown.
    const { matched: _, ...shown } = METRICS;
    for (const metric of [...Object.values(shown), ...OUTCOMES.map(nodesMetric)])
      expect(body).toContain(metric);
    for (const step of STEPS) expect(body).toContain(functionName(step));
  });

  it('lets Scheduler alone use the role of the schedules, and that start dispatches alone', () => {
    const [role] = of('AWS::IAM::Role').filter(
      ({ RoleName }) => RoleName === 'fleetwide-scheduler',
    );
    const trust = JSON.stringify(role?.AssumeRolePolicyDocument);
    expect(trust).toContain('scheduler.amazonaws.com');
    expect(trust).toContain('aws:SourceAccount');
    expect(trust).toContain(':schedule-group/fleetwide');
    const Policies = z.array(
      z.object({ PolicyDocument: z.object({ Statement: z.array(z.looseObject({})) }) }),
    );
    const statements = Policies.parse(role?.Policies).flatMap((p) => p.PolicyDocument.Statement);
    expect(statements.map(({ Action }) => Action)).toEqual([
      'states:StartExecution',
      'sqs:SendMessage',
    ]);
  });
});
