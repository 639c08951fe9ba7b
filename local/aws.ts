/** The embedded AWS, wired once: every implementation is picked here. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Clock, RealClock } from './core/clock.ts';
import type { Caller, Service } from './core/operation.ts';
import type { DeployTarget } from './deploy/index.ts';
import { createEvents, type Events } from './events/index.ts';
import { createFleet, type Fleet } from './fleet/index.ts';
import { createAuthorize } from './iam/authorize.ts';
import { IamStore } from './iam/store.ts';
import { createLambdaHost, type LambdaHost } from './lambda/index.ts';
import { createEc2 } from './services/ec2/index.ts';
import { createOrganizations, Organizations } from './services/organizations/index.ts';
import { nodeClients } from './nodeClients.ts';
import { nodeDownload } from './nodeDownload.ts';
import { nodeOutput } from './nodeOutput.ts';
import { logsService } from './services/logs/index.ts';
import { LogStore } from './services/logs/store.ts';
import { iamService } from './services/iam/index.ts';
import { KmsStore } from './services/kms/store.ts';
import { s3Service } from './services/s3/service.ts';
import { S3Store } from './services/s3/store.ts';
import type { Documents } from './services/ssm/documents.ts';
import { createSsm } from './services/ssm/index.ts';
import { stsService } from './services/sts/service.ts';
import { createStates, type States } from './states/index.ts';
import { createTaskRunner } from './tasks.ts';
import { startEndpoint } from './wire/endpoint.ts';
import type { Faults } from './wire/faults.ts';
import { createInvokeInternal } from './wire/invoke.ts';
import { Ledger } from './wire/ledger.ts';

export interface AwsOptions {
  /** Directory for the homes of real nodes. */
  readonly root: string;
  /** Default: real time. */
  readonly clock?: Clock;
  /** Port on 127.0.0.1; default: a free one. */
  readonly port?: number;
  readonly faults?: Faults;
  /** Its listener stands for plain HTTP: aws:SecureTransport is false. Default: for HTTPS. */
  readonly plain?: boolean;
  /** Organisation of an account, `o-…`; default: what `organizations` holds. */
  readonly organizationOf?: (account: string) => string | undefined;
  /** Regions that an account has not opted in to; default: none. */
  readonly optedOut?: (account: string, region: string) => boolean;
  /** Told of every permission that somebody is asked for, before it is decided. */
  readonly asked?: (caller: Caller, action: string) => void;
  /** 0 ≤ n < 1; default Math.random. */
  readonly random?: () => number;
  /** Calls per second that Run Command takes, per account and Region; default: no limit. */
  readonly ssmCallsPerSecond?: number;
}

export interface EmbeddedAws {
  /** Where every service listens. */
  readonly url: string;
  readonly clock: Clock;
  readonly iam: IamStore;
  readonly s3: S3Store;
  readonly fleet: Fleet;
  readonly organizations: Organizations;
  readonly states: States;
  readonly lambda: LambdaHost;
  readonly events: Events;
  readonly ledger: Ledger;
  readonly logs: LogStore;
  /** Command documents of accounts. */
  readonly documents: Documents;
  /** Where templates are deployed to. */
  readonly target: DeployTarget;
  close(): Promise<void>;
}

/** Path of a program of this computer, where there is one. */
const onPath = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find((path) => existsSync(path));

const newId = () => randomUUID();

export async function startAws(options: AwsOptions): Promise<EmbeddedAws> {
  const clock = options.clock ?? new RealClock();
  const random = options.random ?? Math.random;
  const ledger = new Ledger();
  const logs = new LogStore();
  const iam = new IamStore({ clock, newId });
  const organizations = new Organizations();
  const authorize = createAuthorize({
    clock,
    organizationOf: options.organizationOf ?? ((account) => organizations.of(account)?.id),
    ...(options.asked && { asked: options.asked }),
  });
  const kms = new KmsStore();
  const s3 = new S3Store({ clock, newId, bindPrincipals: (policy) => iam.bindPrincipals(policy) });
  // Functions and nodes are told where the endpoint is when they ask, which is after it listens.
  const listening = { url: '' };
  const clients = nodeClients(iam, () => listening.url);
  const nodes = join(options.root, 'nodes');
  const fleet = createFleet({
    clock,
    random,
    root: nodes,
    download: nodeDownload(clients),
    deliver: nodeOutput({ clock, clients, home: (id) => join(nodes, id) }),
    powershell: onPath('pwsh'),
  });
  const ssm = createSsm({
    clock,
    fleet,
    authorize,
    newId,
    ...(options.ssmCallsPerSecond && { limits: { callsPerSecond: options.ssmCallsPerSecond } }),
  });
  const services: Service[] = [
    iamService({ iam, authorize }),
    stsService({ iam, authorize }),
    s3Service({ store: s3, authorize, keyPolicy: (arn) => kms.policy(arn) }),
    ssm,
    createEc2({ fleet, authorize, ...(options.optedOut && { optedOut: options.optedOut }) }),
    createOrganizations({ organizations, authorize, wallClock: () => Date.now() }),
    logsService({ clock, authorize, store: logs }),
  ];
  const wiring = {
    clock,
    services,
    ledger,
    newId,
    ...(options.faults && { faults: options.faults }),
  };
  const lambda = createLambdaHost({
    clock,
    newId,
    endpointUrl: () => listening.url,
    credentials: (roleArn, name) => iam.sessionForService(roleArn, 'lambda.amazonaws.com', name),
    log: (spec, stream, line) => logs.print(spec, spec.logGroup, stream, line, clock.now()),
  });
  const invokeInternal = createInvokeInternal(wiring);
  const states = createStates({
    clock,
    authorize,
    newId,
    random,
    tasks: createTaskRunner({
      iam,
      authorize,
      lambda,
      ledger,
      newId,
      invokeInternal,
    }),
  });
  services.push(states.service);
  const events = createEvents({ clock, iam, newId, invokeInternal });
  states.onStatusChange((detail) => {
    const [, , , region = '', account = ''] = detail.executionArn.split(':');
    events.put({
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      account,
      region,
      resources: [detail.executionArn],
      detail,
    });
  });
  const endpoint = await startEndpoint({
    ...wiring,
    iam,
    wallClock: () => Date.now(),
    ...(options.port !== undefined && { port: options.port }),
    ...(options.plain !== undefined && { plain: options.plain }),
  });
  listening.url = endpoint.url;
  return {
    url: endpoint.url,
    clock,
    iam,
    s3,
    fleet,
    organizations,
    states,
    lambda,
    events,
    ledger,
    logs,
    documents: ssm.documents,
    target: {
      putRole: (role) => void iam.putRole(role),
      putInlinePolicy: (arn, name, document) => iam.putInlinePolicy(arn, name, document),
      attachManagedPolicy: (arn, policy) => iam.attachPolicy(arn, policy),
      putManagedPolicy: (policy) => void iam.putManagedPolicy(policy),
      putInstanceProfile: (profile) => void iam.putInstanceProfile(profile),
      putKey: (key) => kms.putKey(key),
      putBucket: (bucket) => void s3.putBucket(bucket),
      setBucketPolicy: (name, policy) => s3.setPolicy(name, policy),
      putFunction: (spec) => lambda.putFunction(spec),
      putLogGroup: ({ arn, ...group }) =>
        logs.put({ ...group, arn: arn.replace(/:\*$/, ''), createdAt: clock.now() }),
      putStateMachine: (machine) => states.putStateMachine(machine),
      putDocument: (document) => ssm.documents.put(document),
      putRule: (rule) => events.putRule(rule),
    },
    async close() {
      events.close();
      states.close();
      await endpoint.close();
      ssm.close();
      await lambda.close();
      await fleet.close();
    },
  };
}
