/** Secrets by reference: what a request holds is where they are kept, never what they are. */
import { z } from 'zod';
import { wrong } from '../problems.ts';
import { Variable } from './environment.ts';

/** Source: aws-sdk PutParameter (name) and GetSecretValue (SecretId); what is left of them in one shell word. */
const PARAMETER =
  /^(\/?[\w.-]+(\/[\w.-]+)*|arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/?[\w./-]+)$/;
const SECRET =
  /^([\w/+=.@-]{1,512}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+)$/;

export const SecretReference = z
  .union(
    [
      z.strictObject({
        parameter: z
          .string()
          .max(1011)
          .regex(
            PARAMETER,
            wrong('is no parameter', 'Give its name, like /app/db/password, or its ARN'),
          )
          .meta({ description: 'Name or ARN of a parameter of Parameter Store, a SecureString.' }),
      }),
      z.strictObject({
        secret: z
          .string()
          .max(2048)
          .regex(
            SECRET,
            wrong('is no secret of Secrets Manager', 'Give its name, like app/db, or its ARN'),
          )
          .meta({
            description: 'Name or ARN of a secret of Secrets Manager; its text as a whole.',
          }),
      }),
    ],
    {
      error: wrong(
        'is no reference to a secret',
        'Give {"parameter": "/app/db/password"} or {"secret": "app/db"}, by name or ARN',
      ),
    },
  )
  .meta({
    description:
      'Read on the node, with the node’s own role, in the account and Region of the node unless it is an ARN. `secrets` of fleetwide.config.json lets the node role read it.',
  });
export type SecretReference = z.output<typeof SecretReference>;

export const Secrets = z.record(Variable, SecretReference).default({}).meta({
  description:
    'Variables whose values are secrets: where each is kept. They are in no request, history, log, output or process list. Nodes need the AWS CLI, or on Windows the AWS Tools for PowerShell; without them nothing is executed.',
});
