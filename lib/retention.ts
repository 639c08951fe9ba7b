import * as logs from 'aws-cdk-lib/aws-logs';

/** The configuration's number as CloudWatch Logs names it. */
export function retention(days: number): logs.RetentionDays {
  for (const offered of Object.values(logs.RetentionDays))
    if (typeof offered !== 'string' && String(offered) === String(days)) return offered;
  throw new Error(`logRetentionDays ${days}: CloudWatch Logs does not offer it`);
}
