/** The embedded AWS, wired once: every implementation is picked here. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Clock, RealClock } from './core/clock.ts';
import type { Service } from './core/operation.ts';
import type { DeployTarget } from './deploy/index.ts';
import { createEvents, type Events } from './events/index.ts';
import { createFleet, type Fleet, PATH } from './fleet/index.ts';
import type { Asked } from './iam/asked.ts';
import { createAuthorize } from './iam/authorize.ts';
import { IamStore } from './iam/store.ts';
import { createLambdaHost, type LambdaHost } from './lambda/index.ts';
import { Regions } from './regions.ts';
import { createEc2 } from './services/ec2/index.ts';
import { createEventsService } from './services/events/index.ts';
import { createOrganizations, Organizations } from './services/organizations/index.ts';
import { createResourceGroups, ResourceGroups } from './services/resourceGroups/index.ts';
import type { EngineDeps } from './services/scheduler/engine.ts';
import { createScheduler, type Scheduler } from './services/scheduler/index.ts';
import { createSecretsManager, Secrets } from './services/secretsManager/index.ts';
import { createSns } from './services/sns/index.ts';
import { Topics } from './services/sns/topics.ts';
import { createSqs } from './services/sqs/index.ts';
import { Queues } from './services/sqs/queues.ts';
import { functionLogs } from './functionLogs.ts';
import { nodeClients } from './nodeClients.ts';
import { nodeTools } from './nodeTools.ts';
import { nodeDownload } from './nodeDownload.ts';
import { createReach } from './reach.ts';
import { nodeOutput } from './nodeOutput.ts';
import { iamService } from './services/iam/index.ts';
import { logsService } from './services/logs/index.ts';
import { LogStore } from './services/logs/store.ts';
import { KmsStore } from './services/kms/store.ts';
import { Recorder } from './services/recorded/recorder.ts';
import { s3Service } from './services/s3/service.ts';
import { S3Store } from './services/s3/store.ts';
import type { Runbooks } from './services/ssm/automation/index.ts';
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
  /** Told of every permission that somebody is asked for, before it is decided. */
  readonly asked?: (asked: Asked) => void;
  /** 0 ≤ n < 1; default Math.random. */
  readonly random?: () => number;
  /** How often a schedule's delivery is made: at least once is what AWS promises. Default: once. */
  readonly deliveries?: EngineDeps['deliveries'];
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
  /** Which Regions accounts have enabled. */
  readonly regions: Regions;
  readonly states: States;
  readonly lambda: LambdaHost;
  readonly events: Events;
  readonly scheduler: Scheduler;
  readonly topics: Topics;
  readonly queues: Queues;
  readonly ledger: Ledger;
  readonly logs: LogStore;
  readonly resourceGroups: ResourceGroups;
  /** Of Secrets Manager. */
  readonly secrets: Secrets;
  /** Command documents of accounts. */
  readonly documents: Documents;
  /** Automation runbooks of accounts. */
  readonly runbooks: Runbooks;
  /** What runbooks asked of services that are not here. */
  readonly recorder: Recorder;
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
  const asked = options.asked && { asked: options.asked };
  const iam = new IamStore({ clock, newId, ...asked });
  const organizations = new Organizations();
  const regions = new Regions();
  const authorize = createAuthorize({
    clock,
    organizationOf: options.organizationOf ?? ((account) => organizations.of(account)?.id),
    ...asked,
    controlPolicies: (account) => organizations.of(account)?.policiesFor(account) ?? [],
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
    environment: nodeTools(iam, () => listening.url, join(options.root, 'bin'), PATH),
  });
  const services: Service[] = [];
  const wiring = {
    clock,
    services,
    ledger,
    newId,
    ...(options.faults && { faults: options.faults }),
  };
  const invokeInternal = createInvokeInternal(wiring);
  const recorder = new Recorder({ authorize, newId });
  const ssm = createSsm({
    clock,
    fleet,
    authorize,
    newId,
    reach: createReach({ iam, services, recorder, invokeInternal }),
    ...(options.ssmCallsPerSecond && { limits: { callsPerSecond: options.ssmCallsPerSecond } }),
  });
  services.push(
    iamService({ iam, authorize }),
    stsService({ iam, authorize }),
    s3Service({ store: s3, authorize, keyPolicy: (arn) => kms.policy(arn) }),
    ssm,
    createEc2({ clock, fleet, regions, authorize }),
    createOrganizations({ organizations, authorize, wallClock: () => Date.now() }),
    logsService({ clock, authorize, store: logs }),
  );
  const lambda = createLambdaHost({
    clock,
    newId,
    endpointUrl: () => listening.url,
    credentials: (roleArn, name) => iam.sessionForService(roleArn, 'lambda.amazonaws.com', name),
    log: functionLogs({ clock, iam, authorize, newId, store: logs }),
  });
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
  const events = createEvents({ clock, iam, authorize, newId, invokeInternal });
  const scheduler = createScheduler({
    clock,
    iam,
    authorize,
    newId,
    random,
    invokeInternal,
    ...(options.deliveries && { deliveries: options.deliveries }),
  });
  const resourceGroups = new ResourceGroups();
  const secrets = new Secrets(() => clock.now());
  const topics = new Topics();
  const queues = new Queues(clock);
  services.push(
    createEventsService({ authorize, newId, bus: events }),
    scheduler,
    createResourceGroups({ groups: resourceGroups, fleet, authorize }),
    createSecretsManager({ secrets, authorize }),
    createSns({ clock, topics, authorize, newId }),
    createSqs({ clock, queues, authorize, newId, endpointUrl: () => listening.url }),
  );
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
    functions: lambda,
    iam,
    wallClock: () => Date.now(),
    regionEnabled: (account, region) => regions.isEnabled(account, region),
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
    regions,
    states,
    lambda,
    events,
    scheduler,
    topics,
    queues,
    ledger,
    logs,
    resourceGroups,
    secrets,
    documents: ssm.documents,
    runbooks: ssm.runbooks,
    recorder,
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
      putDocument: (document) =>
        document.type === 'Automation' ? ssm.runbooks.put(document) : ssm.documents.put(document),
      putRule: (rule) => events.putRule(rule),
      putConnection: (connection) => events.putConnection(connection),
      putDestination: (destination) => events.putDestination(destination),
      putTopic: (topic) => topics.put(topic),
      setTopicPolicy: (arn, policy) => topics.setPolicy(arn, policy),
      subscribe: (topic, subscription) => topics.subscribe(topic, subscription),
      putQueue: (queue) => queues.put(queue),
      setQueuePolicy: (arn, policy) => queues.setPolicy(arn, policy),
      putScheduleGroup: ({ arn, name }) =>
        scheduler.putGroup({ arn, name, createdAt: new Date(clock.now()) }),
      putSchedule: (schedule) => scheduler.putSchedule(schedule(clock.now())),
    },
    async close() {
      events.close();
      scheduler.close();
      states.close();
      await endpoint.close();
      ssm.close();
      await lambda.close();
      await fleet.close();
    },
  };
}
