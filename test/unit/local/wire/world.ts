import type { Clock } from '../../../../local/core/clock.ts';
import { RealClock } from '../../../../local/core/clock.ts';
import type { Service } from '../../../../local/core/operation.ts';
import type { PolicyDocument, Statement } from '../../../../local/core/policy.ts';
import { createAuthorize } from '../../../../local/iam/authorize.ts';
import { IamStore } from '../../../../local/iam/store.ts';
import { s3Service } from '../../../../local/services/s3/service.ts';
import { S3Store } from '../../../../local/services/s3/store.ts';
import { stsService } from '../../../../local/services/sts/service.ts';
import { startEndpoint } from '../../../../local/wire/endpoint.ts';
import type { Faults } from '../../../../local/wire/faults.ts';
import { Ledger } from '../../../../local/wire/ledger.ts';

export const HUB = '111111111111';
export const SPOKE = '222222222222';
export const STRANGER = '333333333333';
export const REGION = 'eu-west-1';
export const ORGANIZATION = 'o-fleet';

export const policy = (...Statement: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
});

export const allow = (
  Action: string | readonly string[],
  Resource: string | readonly string[],
): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

export interface Options {
  readonly clock?: Clock;
  readonly wallClock?: () => number;
  readonly faults?: Faults;
  readonly plain?: boolean;
  readonly services?: readonly Service[];
  /** Policies of KMS keys by ARN. */
  readonly keys?: Readonly<Record<string, PolicyDocument>>;
}

/** A small world over HTTP: IAM, STS and S3, and what a test adds. HUB and SPOKE are in one organisation. */
export async function openWorld(options: Options = {}) {
  const { keys } = options;
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const clock = options.clock ?? new RealClock();
  const iam = new IamStore({ clock, newId });
  const organizationOf = (account: string) => (account === STRANGER ? undefined : ORGANIZATION);
  const authorize = createAuthorize({ clock, organizationOf });
  const bindPrincipals = (document: PolicyDocument) => iam.bindPrincipals(document);
  const store = new S3Store({ clock, newId, bindPrincipals });
  const ledger = new Ledger();
  const services = [
    stsService({ iam, authorize }),
    s3Service({
      store,
      authorize,
      ...(keys && { keyPolicy: (arn: string) => keys[arn] }),
    }),
    ...(options.services ?? []),
  ];
  const endpoint = await startEndpoint({
    clock,
    wallClock: options.wallClock ?? Date.now,
    services,
    iam,
    ledger,
    newId,
    ...(options.faults && { faults: options.faults }),
    ...(options.plain !== undefined && { plain: options.plain }),
  });
  /** Client configuration of a new user with these permissions. */
  const user = (account: string, name: string, ...statements: readonly Statement[]) => {
    const credentials = iam.createUser(
      account,
      name,
      statements.length ? [policy(...statements)] : [],
    );
    return { credentials, ...clientOf(endpoint.url) };
  };
  return { iam, authorize, store, ledger, services, endpoint, user, clock, newId };
}

export const clientOf = (endpoint: string) => ({ endpoint, region: REGION, maxAttempts: 1 });

/** The error a call ends with; fails the test when it succeeds. */
export async function errorOf(call: Promise<unknown>): Promise<Error & { name: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`not an Error: ${String(error)}`, { cause: error });
  }
  throw new Error('the call succeeded');
}
