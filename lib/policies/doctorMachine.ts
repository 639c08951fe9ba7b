import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { allow } from './statement.ts';

/** The machine is how a person reaches the function: with the permission to start executions, and no other. */
export const doctorMachine = (doctor: lambda.IFunction): iam.PolicyStatement =>
  allow('InvokeDoctor', ['lambda:InvokeFunction'], [doctor.functionArn]);
