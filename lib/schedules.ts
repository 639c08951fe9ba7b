import { Aws, CfnResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import { HUB_PATH, SCHEDULE_GROUP, SCHEDULER_ROLE } from '../contract/names.ts';
import { scheduledAs } from '../contract/scheduled.ts';
import { groupArn, scheduler } from './policies/scheduler.ts';

export interface SchedulesProps extends Pick<Config, 'schedules'> {
  /** ARN of the machine that they start. */
  readonly dispatch: string;
  /** ARN of the queue for what could not be started. */
  readonly deadLetters: string;
}

/** The group of the schedules, what they may do, and those of the configuration; the command line makes others. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { schedules, dispatch, deadLetters }: SchedulesProps) {
    super(scope, id);
    const group = new CfnScheduleGroup(this, 'Group', { name: SCHEDULE_GROUP });
    const role = new iam.Role(this, 'Role', {
      roleName: SCHEDULER_ROLE,
      path: HUB_PATH,
      description: 'Fleetwide: starts dispatches by schedule',
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': groupArn },
        },
      }),
      inlinePolicies: {
        scheduler: new iam.PolicyDocument({ statements: [...scheduler(dispatch, deadLetters)] }),
      },
    });
    const here = { partition: Aws.PARTITION, account: Aws.ACCOUNT_ID, region: Aws.REGION };
    for (const schedule of schedules) {
      const made = new CfnResource(this, schedule.name, {
        type: 'AWS::Scheduler::Schedule',
        properties: scheduledAs(schedule, here),
      });
      made.node.addDependency(group, role);
    }
  }
}
