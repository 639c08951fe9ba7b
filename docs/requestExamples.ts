/** Requests that show what no request of examples/ does; a test holds them against the schema. */
import type { StartInput } from '../contract/request.ts';

const targets = { accounts: ['222233334444'], regions: ['eu-west-1'], tags: { Role: ['web'] } };
const sha256 = '0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f';

export const MORE_REQUESTS: readonly StartInput[] = [
  {
    action: {
      type: 'command',
      linux: ['uptime'],
      windows: ['Get-Uptime'],
      workingDirectory: '/srv/app',
      braces: 'kept',
      secrets: { DB_PASSWORD: { parameter: '/app/db/password' }, TOKEN: { secret: 'app/token' } },
      runAs: {
        linux: 'app',
        windows: { user: 'CORP\\svc', password: { secret: 'corp/svc' } },
      },
    },
    targets: {
      ...targets,
      accountTags: { Environment: ['prod'] },
      excludeAccounts: ['333344445555'],
      platforms: ['Linux'],
      pingStatus: ['Online'],
      agentAtLeast: '3.3.40.0',
    },
    mode: 'plan',
    requester: 'jane.doe',
    errorBudget: '5%',
    maxConcurrency: '25%',
    maxNodes: 500,
    timeouts: { deliverySeconds: 300, executionSeconds: 7200, overallSeconds: 86_400 },
    seed: 'spring',
    pauseBetween: 600,
    tolerate: ['undeliverable'],
    approval: { before: [1, 3], expiresAfterSeconds: 7200 },
    dedupe: 'release-41',
    window: {
      startAfter: '2026-11-21T22:00:00+01:00',
      stopSendingAfter: '2026-11-22T04:00:00+01:00',
    },
    output: { to: 'cloudwatch', logGroup: '/app/commands', logDelaySeconds: 10 },
    variables: { ENDPOINT: 'https://eu.example.org' },
    role: 'fleetwide-dispatch',
    overrides: {
      '333344445555': { role: 'fleetwide-narrow' },
      'us-east-1': { output: 's3', variables: { ENDPOINT: 'https://us.example.org' } },
      '222233334444/eu-west-1': {
        output: { to: 'cloudwatch', logGroup: '/app/eu', logDelaySeconds: 30 },
      },
    },
    schedule: { name: 'nightly', time: '2026-11-21T22:00:00Z', overlap: 'queue' },
  },
  {
    action: {
      type: 'script',
      object: { uri: 's3://our-scripts/deploy.sh', sha256 },
      name: 'deploy.sh',
      arguments: ['--fast'],
      environment: { MODE: 'blue' },
      secrets: { DB_PASSWORD: { parameter: '/app/db/password' }, TOKEN: { secret: 'app/token' } },
      runAs: {
        linux: 'app',
        windows: { user: 'CORP\\svc', password: { parameter: '/corp/svc' } },
      },
      interpreter: 'bash',
      workingDirectory: '/srv/app',
      delivery: 's3',
    },
    targets: { ...targets, tags: undefined, instanceIds: ['i-0123456789abcdef0'] },
  },
  {
    action: {
      type: 'command',
      windows: ['Get-Uptime'],
      runAs: { windows: { user: 'CORP\\svc', password: { parameter: '/corp/svc' } } },
    },
    targets,
  },
  {
    action: {
      type: 'script',
      text: 'Get-Uptime\n',
      interpreter: 'powershell',
      runAs: { windows: { user: 'CORP\\svc', password: { secret: 'corp/svc' } } },
    },
    targets,
  },
  {
    action: { type: 'script', text: 'df -h /\n', delivery: 'inline' },
    targets: { ...targets, tags: undefined, resourceGroup: 'shop' },
  },
  {
    action: {
      type: 'copy',
      object: { uri: 's3://our-releases/site.tar.gz', sha256 },
      name: 'site.tar.gz',
      directory: true,
      linux: { path: '/srv/site', owner: 'www:www' },
      windows: { path: 'D:\\site', owner: 'BUILTIN\\Administrators' },
      delivery: 's3',
    },
    targets: { ...targets, tags: undefined, allNodes: true, sample: { percent: 10, seed: 'a' } },
  },
  {
    action: { type: 'copy', base64: 'aGVsbG8K', linux: { path: '/etc/motd', mode: '0644' } },
    targets: { ...targets, tags: undefined, allNodes: true, sample: { count: 3 } },
  },
  {
    action: {
      type: 'copy',
      node: { id: 'i-0123456789abcdef0', path: '/etc/app.conf', maxBytes: 1_000_000 },
      linux: { path: '/etc/app.conf' },
    },
    targets,
  },
  {
    action: {
      type: 'document',
      name: 'Our-Deploy',
      version: '3',
      hash: sha256,
      agentAtLeast: '3.3.2746.0',
      parameters: { Release: ['41'] },
    },
    targets: { from: { dispatch: 'patch-night', outcomes: ['failed', 'timedOut'] } },
    overrides: {
      '222233334444': { document: { name: 'Our-Deploy-Old', version: '7', hash: sha256 } },
    },
  },
  {
    action: {
      type: 'automation',
      runbook: 'AWS-RestartEC2Instance',
      version: '$DEFAULT',
      parameters: { Reason: ['patched'] },
      nodesParameter: 'InstanceId',
      roleParameter: 'AutomationAssumeRole',
    },
    targets,
  },
  { plan: 'patch-plan', requester: 'jane.doe' },
];
