/** The small shapes that requests, plans and results share. */
import * as z from 'zod';
import { wrong } from './problems.ts';

export const AccountId = z
  .string({
    error: wrong(
      'expected an account id as text',
      'Quote the 12 digits, so that zeros in front stay',
    ),
  })
  .regex(
    /^\d{12}$/,
    wrong('expected an account id of 12 digits', 'Copy it with its leading zeros'),
  );

export const Region = z
  .string()
  .regex(
    /^[a-z]{2}(-[a-z]+)+-\d$/,
    wrong('expected a Region code', 'Write it like eu-west-1 or us-gov-east-1'),
  );

/** EC2 instances `i-` + 8 or 17 hex digits, hybrid nodes `mi-` + 17 (aws-sdk SendCommand model). */
export const NodeId = z
  .string()
  .regex(
    /^(i-([0-9a-f]{8}|[0-9a-f]{17})|mi-[0-9a-f]{17})$/,
    wrong('expected an instance id', 'Write it like i-0123456789abcdef0 or mi-0123456789abcdef0'),
  );

/** Version of the Systems Manager agent, as nodes report it. */
export const AgentVersion = z
  .string()
  .regex(
    /^\d{1,5}(\.\d{1,5}){1,3}$/,
    wrong('expected a version of the agent', 'Write it like 3.3.40.0'),
  );

/** A count or a share: `5`, `"5"` or `"5%"`. */
export const CountOrPercent = z
  .union(
    [z.int().min(0), z.string().regex(/^\d{1,7}$/), z.string().regex(/^(\d{1,2}(\.\d+)?|100)%$/)],
    {
      error: wrong(
        'expected a count or a share',
        'Give a whole number like 5, or a share from "0%" to "100%"',
      ),
    },
  )
  .transform(String)
  .pipe(z.string())
  .meta({ description: 'A count (5 or "5") or a share from "0%" to "100%".' });

/** `"5%"` of 41 → 3 (rounded up: a share of something is never nothing); `"5"` → 5. */
export function countOf(value: string, total: number): number {
  const share = /^(.*)%$/.exec(value)?.[1];
  return share === undefined
    ? Number(value)
    : Math.max(0, Math.ceil((Number(share) * total) / 100 - 1e-9));
}

/** Like {@link countOf}, rounded down: a limit is never exceeded by rounding. */
export function limitOf(value: string, total: number): number {
  const share = /^(.*)%$/.exec(value)?.[1];
  return share === undefined ? Number(value) : Math.floor((Number(share) * total) / 100 + 1e-9);
}

/**
 * The dispatch id is the execution name and the role session name, so it obeys the stricter of both:
 * 2..64 characters (STS), without the `+=,.@` that make poor object keys.
 */
export const DISPATCH_ID = /^[A-Za-z0-9_-]{2,64}$/;
export const DispatchId = z.string().regex(DISPATCH_ID);
export const Timestamp = z.iso.datetime({ offset: true });

export const OrganizationId = z
  .string()
  .regex(/^o-[a-z0-9]{10,32}$/, wrong('is no organisation id', 'Write it like o-a1b2c3d4e5'));
