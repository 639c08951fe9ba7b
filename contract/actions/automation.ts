/** A runbook of Systems Manager Automation: what is about an account and Region, and not about one node. */
import * as z from 'zod';
import { AUTOMATION_ROLE_PARAMETER, DocumentName } from '../documents.ts';
import { ALL_AT_ONCE, wrong } from '../problems.ts';
import { NUL } from './text.ts';

/** Bounds of the service (aws-sdk AutomationParameterMap, …Key, …ValueList, …Value). */
const MOST_PARAMETERS = 200;
const LONGEST_NAME = 50;
/** Most values of one parameter, and so most nodes of one execution. */
export const VALUES = 50;
const LONGEST_VALUE = 512;

const ParameterName = z
  .string()
  .min(1)
  .max(
    LONGEST_NAME,
    wrong(`is longer than ${LONGEST_NAME} characters`, 'Give the name that the runbook declares'),
  );

const Value = z
  .string()
  .min(1, wrong('is empty', 'Leave the parameter out: Automation takes no empty value'))
  .max(
    LONGEST_VALUE,
    wrong(
      `is longer than ${LONGEST_VALUE} characters`,
      'Let the runbook read it from Parameter Store or S3',
    ),
  )
  .refine((value) => !value.includes('\0'), NUL);

export const AutomationAction = z
  .strictObject({
    type: z.literal('automation'),
    runbook: DocumentName.meta({
      description:
        'Name of an AWS or own Automation runbook, or the ARN of a shared one (`*` for its Region: each shard’s own). It must be among the `runbooks` of fleetwide.config.json.',
    }),
    version: z
      .string()
      .regex(
        /^(\$DEFAULT|\$LATEST|[1-9][0-9]{0,8})$/,
        wrong('expected a runbook version', 'Give "$DEFAULT", "$LATEST" or a number like "3"'),
      )
      .optional()
      .meta({ description: 'Default: $DEFAULT.' }),
    parameters: z
      .record(
        ParameterName,
        z
          .array(Value)
          .max(VALUES, wrong(`holds more than ${VALUES} values`, 'Split the request'))
          .min(1, wrong('holds no value', 'Leave the parameter out')),
      )
      .refine(
        (all) => Object.keys(all).length < MOST_PARAMETERS - 1,
        wrong('names too many parameters', `Automation takes ${MOST_PARAMETERS}`),
      )
      .default({})
      .meta({ description: 'As the runbook declares them; a single value is a list of one.' }),
    nodesParameter: ParameterName.optional().meta({
      description:
        'Parameter that gets the ids of the EC2 instances which the targets pick, running or stopped, known to Systems Manager or not; 50 an execution at most. Without it the targets pick no nodes.',
    }),
    roleParameter: ParameterName.nullable().default(AUTOMATION_ROLE_PARAMETER).meta({
      description:
        'Parameter that gets the ARN of `automationRole` (fleetwide.config.json) in the shard’s account. `null` for a runbook that has none.',
    }),
  })
  .superRefine(({ parameters, nodesParameter, roleParameter }, ctx) => {
    const own = [
      [
        nodesParameter,
        'gets the nodes of the targets',
        'Remove it here, or leave nodesParameter out',
      ],
      [
        roleParameter,
        'gets the role of the installation',
        'Remove it here: name the role as automationRole in fleetwide.config.json',
      ],
    ] as const;
    for (const [name, what, remedy] of own)
      if (name && Object.hasOwn(Object(parameters), name))
        ctx.addIssue({ code: 'custom', path: ['parameters', name], message: wrong(what, remedy) });
    if (nodesParameter && nodesParameter === roleParameter)
      ctx.addIssue({
        code: 'custom',
        path: ['nodesParameter'],
        message: wrong('is the role’s parameter as well', 'Name the parameter of the nodes'),
      });
  }, ALL_AT_ONCE)
  .meta({
    description:
      'An Automation runbook, once in each account and Region: what is matched, sent to in waves and reported are these, as the “node” `automation`.',
  });
