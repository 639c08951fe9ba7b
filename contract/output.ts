/** How the output of the nodes is brought in. */
import * as z from 'zod';
import { COMMAND_LOG_GROUP } from './names.ts';
import { wrong } from './problems.ts';

export const Tier = z.enum(['inline', 's3', 'cloudwatch'], {
  error: wrong('expected "inline", "s3" or "cloudwatch"', 'Give one of the three'),
});
export type Tier = z.output<typeof Tier>;

export const LogGroup = z
  .string()
  .regex(
    /^[.\-_/#A-Za-z0-9]{1,512}$/,
    wrong('is no name of a log group', 'Give up to 512 letters, digits and ._-/#'),
  );

/** The agent brings what a finished script wrote within seconds: it sends once a second. */
const LOG_DELAY = 5;

const Whole = z
  .strictObject({
    to: Tier.meta({ description: 'Which of the three ways.' }),
    logGroup: LogGroup.optional().meta({
      description: `With "cloudwatch": a log group of each account and Region, which must exist there. It must be among \`nodes.logGroups\` of fleetwide.config.json. Default: ${COMMAND_LOG_GROUP}.`,
    }),
    logDelaySeconds: z
      .int()
      .min(1, wrong('below 1 s', 'Give 1 to 900 s'))
      .max(900, wrong('above 900 s', 'Give 1 to 900 s'))
      .optional()
      .meta({
        description: `With "cloudwatch": how long after the end of a command its log is read, and how long a stream must have been quiet to be whole (s). Default: ${LOG_DELAY}.`,
      }),
  })
  .superRefine(({ to, logGroup, logDelaySeconds }, ctx) => {
    for (const [path, value] of Object.entries({ logGroup, logDelaySeconds }))
      if (value !== undefined && to !== 'cloudwatch')
        ctx.addIssue({
          code: 'custom',
          path: [path],
          message: wrong(`says nothing with "${to}"`, 'Remove it, or give "to": "cloudwatch"'),
        });
  });

export const Output = z
  .union([Tier.transform((to) => ({ to })), Whole])
  .pipe(Whole)
  .meta({
    description:
      '"inline": what Systems Manager keeps, 24,000 characters of stdout and 8,000 of stderr. "s3": all of it; the node writes it to the exchange bucket of its Region. "cloudwatch": into a log group of the account, as it comes, and read back from there where Systems Manager cuts it.',
  });
export type Output = z.output<typeof Output>;

export const logGroupOf = ({ logGroup = COMMAND_LOG_GROUP }: Output): string => logGroup;
export const logDelayOf = ({ logDelaySeconds = LOG_DELAY }: Output): number => logDelaySeconds;
