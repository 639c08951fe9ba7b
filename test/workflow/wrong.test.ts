import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../contract/names.ts';
import { textOf } from './support/causes.ts';
import { BUCKET, machineArn, makeWorld, request, SPOKES, type World } from './support/world.ts';

const command = (change: object) => ({ action: { type: 'command', linux: ['uptime'], ...change } });
const targets = (change: object) => ({
  targets: { accounts: [SPOKES[0]], regions: ['eu-west-1'], allNodes: true, ...change },
});
const automation = (change: object) => ({
  action: { type: 'automation', runbook: 'AWS-StopEC2Instance', ...change },
});
const shards = { targets: { accounts: [SPOKES[0]], regions: ['eu-west-1'] } };
const many = (count: number) => Array.from({ length: count }, (_, i) => String(i));

/** What is wrong, the request, and the paths of all its problems. */
const WRONG: readonly (readonly [what: string, request: unknown, paths: readonly string[]])[] = [
  ['nothing at all', {}, ['action', 'targets']],
  ['no object', ['uptime'], ['(the whole)']],
  ['null', null, ['(the whole)']],
  ['a text', 'uptime', ['(the whole)']],
  ['an unknown field', request({ dryRun: true }), ['dryRun']],
  [
    'several unknown fields, deep down',
    request({ timeout: 5, ...command({ shell: 'bash' }), ...targets({ account: '1' }) }),
    ['action.shell', 'targets.account', 'timeout'],
  ],
  ['an action of another type', request({ action: { type: 'reboot' } }), ['action.type']],
  ['an action without lines', request(command({ linux: [] })), ['action.linux']],
  ['blank lines only', request(command({ linux: ['', '  '] })), ['action.linux']],
  [
    'lines that are no text, and one that Systems Manager would change',
    request(command({ linux: ['true', 5, 'echo {{ ssm:password }}', 'a\0b'] })),
    ['action.linux[1]', 'action.linux[2]', 'action.linux[3]'],
  ],
  [
    'a working directory with a parameter in it',
    request(command({ workingDirectory: '/srv/{{ ssm:name }}' })),
    ['action.workingDirectory'],
  ],
  [
    'account ids that lost their zeros',
    request(targets({ accounts: [11122223333, '22223333444', SPOKES[0]] })),
    ['targets.accounts[0]', 'targets.accounts[1]'],
  ],
  [
    'an account named twice',
    request(targets({ accounts: [SPOKES[0], SPOKES[0]] })),
    ['targets.accounts'],
  ],
  [
    'an account named twice, beside one that is none',
    request(targets({ accounts: [SPOKES[0], SPOKES[0], '1'] })),
    ['targets.accounts', 'targets.accounts[2]'],
  ],
  [
    'neither account nor Region',
    request(targets({ accounts: [], regions: [] })),
    ['targets.accounts', 'targets.regions'],
  ],
  [
    'a Region by its name',
    request(targets({ regions: ['eu-west-1', 'Ireland'] })),
    ['targets.regions[1]'],
  ],
  ['nodes picked in no way', request(targets({ allNodes: undefined })), ['targets']],
  ['nodes picked in two ways', request(targets({ tags: { Role: ['web'] } })), ['targets']],
  ['all nodes, denied', request(targets({ allNodes: false })), ['targets', 'targets.allNodes']],
  [
    'node ids that are none',
    request(targets({ allNodes: undefined, instanceIds: ['web-1', 'i-0123'] })),
    ['targets.instanceIds[0]', 'targets.instanceIds[1]'],
  ],
  [
    'a tag with too many values, another with none',
    request(targets({ allNodes: undefined, tags: { Role: many(6), Tier: [] } })),
    ['targets.tags.Role', 'targets.tags.Tier'],
  ],
  ['waves that stop before the end', request({ waves: ['1', '50%'] }), ['waves']],
  ['waves that shrink', request({ waves: ['50%', '5%', '100%'] }), ['waves']],
  ['a share above all', request({ errorBudget: '101%' }), ['errorBudget']],
  ['a budget below nothing', request({ errorBudget: -1 }), ['errorBudget']],
  ['nodes of which none may run at once', request({ maxConcurrency: 0 }), ['maxConcurrency']],
  ['no pause', request({ pauseBetween: 0 }), ['pauseBetween']],
  ['a pause of months', request({ pauseBetween: 3e6 }), ['pauseBetween']],
  ['a seed of nothing', request({ seed: '' }), ['seed']],
  [
    'a budget that does not count failures, and one outcome twice',
    request({ tolerate: ['failed', 'unknown', 'unknown'] }),
    ['tolerate[0]'],
  ],
  ['one outcome tolerated twice', request({ tolerate: ['unknown', 'unknown'] }), ['tolerate']],
  ['a window without a time', request({ window: {} }), ['window']],
  [
    'times without an offset, or in words',
    request({ window: { startAfter: '2026-11-21T22:00:00', stopSendingAfter: 'tomorrow' } }),
    ['window.startAfter', 'window.stopSendingAfter'],
  ],
  [
    'a window that closes before it opens',
    request({
      window: {
        startAfter: '2026-11-21T23:00:00+01:00',
        stopSendingAfter: '2026-11-21T21:59:00Z',
      },
    }),
    ['window'],
  ],
  [
    'a window that is over',
    request({ window: { stopSendingAfter: '2026-11-20T00:00:00Z' } }),
    ['window.stopSendingAfter'],
  ],
  [
    'a window that is months away',
    request({ window: { startAfter: '2027-03-01T00:00:00Z' } }),
    ['window.startAfter'],
  ],
  ['a limit of no node', request({ maxNodes: 0 }), ['maxNodes']],
  [
    'timeouts outside of what Systems Manager takes',
    request({ timeouts: { deliverySeconds: 29, executionSeconds: 172_801 } }),
    ['timeouts.deliverySeconds', 'timeouts.executionSeconds'],
  ],
  ['a requester that is no SourceIdentity', request({ requester: 'aws:root' }), ['requester']],
  ['a mode that is none', request({ mode: 'dry-run' }), ['mode']],
  [
    'a runbook without its name, a parameter without a value, and its role given twice',
    request(
      automation({
        runbook: 'Stop it',
        parameters: { Reason: [], AutomationAssumeRole: ['arn:aws:iam::222233334444:role/x'] },
      }),
    ),
    [
      'action.parameters.AutomationAssumeRole',
      'action.parameters.Reason',
      'action.runbook',
      'targets',
    ],
  ],
  [
    'values that Automation does not take',
    request({ ...automation({ parameters: { A: ['x'.repeat(513)], B: many(51) } }), ...shards }),
    ['action.parameters.A[0]', 'action.parameters.B'],
  ],
  [
    'nodes for a runbook that is given none',
    request({ ...automation({}), ...targets({}) }),
    ['targets'],
  ],
  [
    'no nodes for a runbook that wants some',
    request({ ...automation({ nodesParameter: 'InstanceId' }), ...shards }),
    ['targets'],
  ],
  [
    'one parameter for nodes and role',
    request({ ...automation({ nodesParameter: 'AutomationAssumeRole' }), ...targets({}) }),
    ['action.nodesParameter'],
  ],
  [
    'an output that says nothing about an automation, also in one place',
    request({
      ...automation({}),
      ...shards,
      output: 's3',
      overrides: { 'eu-west-1': { output: 'cloudwatch' } },
    }),
    ['output', 'overrides.eu-west-1.output'],
  ],
  ['a script without text', request({ action: { type: 'script' } }), ['action']],
  [
    'a script with a relative directory, a name with a slash, and a variable that shells set',
    request({
      action: {
        type: 'script',
        text: 'true',
        workingDirectory: 'srv',
        name: 'a/b',
        environment: { BASH_ENV: 'x' },
      },
    }),
    ['action.environment.BASH_ENV', 'action.name', 'action.workingDirectory'],
  ],
  [
    'an object of S3 that is none, inline',
    request({ action: { type: 'script', object: { uri: 'https://x/y' }, delivery: 'inline' } }),
    ['action.delivery', 'action.object.uri'],
  ],
  [
    'a copy of two contents to a relative path',
    request({ action: { type: 'copy', text: 'a', base64: 'YQ==', linux: { path: 'etc/x' } } }),
    ['action', 'action.linux.path'],
  ],
  [
    'a copy from something that is no node',
    request({ action: { type: 'copy', node: { id: 'web-1', path: 'x' }, linux: { path: '/x' } } }),
    ['action.node.id', 'action.node.path'],
  ],
  [
    'a fetch of nothing, of less than a byte',
    request({ action: { type: 'fetch', maxBytes: 0 } }),
    ['action', 'action.maxBytes'],
  ],
  [
    'a fetch into a log',
    request({ action: { type: 'fetch', linux: '/etc/hosts' }, output: 'cloudwatch' }),
    ['output'],
  ],
  [
    'a document by a wrong name, version and hash',
    request({ action: { type: 'document', name: 'a b', version: 'newest', hash: 'abc' } }),
    ['action.hash', 'action.name', 'action.version'],
  ],
  [
    'another user without a name, and secrets that are none',
    request(command({ runAs: {}, secrets: { TOKEN: 'app/token' } })),
    ['action.runAs', 'action.secrets.TOKEN'],
  ],
  [
    'literals that look like secrets, wherever they are',
    request({
      action: {
        type: 'script',
        text: `curl -H "Authorization: Bearer ${'x'.repeat(20)}" https://example.org`,
        arguments: [`--key=${['AKIA', 'IOSFODNN7EXAMPLE'].join('')}`],
        environment: { API_TOKEN: 'abcdefgh' },
      },
      variables: { DB_PASSWORD: 'hunter2' },
      overrides: { 'eu-west-1': { variables: { DB_PASSWORD: 'hunter3' } } },
      dedupe: `ghp_${'a'.repeat(36)}`,
    }),
    [
      'action.arguments[0]',
      'action.environment.API_TOKEN',
      'action.text',
      'dedupe',
      'overrides.eu-west-1.variables.DB_PASSWORD',
      'variables.DB_PASSWORD',
    ],
  ],
  [
    'variables that nobody gave, beside an account that is none',
    request({
      action: { type: 'script', text: 'true', arguments: ['{{variable:release}}'] },
      ...targets({ accounts: ['1'] }),
      overrides: { mars: {}, 'eu-west-1': { variables: { other: 'x' } } },
    }),
    [
      'action.arguments[0]',
      'overrides.eu-west-1.variables.other',
      'overrides.mars',
      'targets.accounts[0]',
    ],
  ],
  [
    'a resource group by its ARN',
    request(
      targets({
        allNodes: undefined,
        resourceGroup: 'arn:aws:resource-groups:eu-west-1:222233334444:group/x',
      }),
    ),
    ['targets.resourceGroup'],
  ],
  [
    'something wrong in each part',
    {
      action: { type: 'command' },
      targets: { accounts: ['1'] },
      mode: 1,
      waves: [],
      maxNodes: 1.5,
    },
    ['action', 'maxNodes', 'mode', 'targets.accounts[0]', 'targets.regions', 'waves'],
  ],
];

describe('a start that is refused', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
    world.node({ account: SPOKES[0] });
  });
  afterAll(() => world.close());

  const everything = () => world.aws.s3.list(BUCKET);
  const nothingWasSent = () => {
    expect(world.aws.fleet.executions()).toBe(0);
    for (const operation of ['sts:AssumeRole', 'ssm:SendCommand'])
      expect([operation, world.aws.ledger.total(operation)]).toEqual([operation, 0]);
  };

  describe('for its request', () => {
    let number = 0;
    it.each(WRONG)('%s', async (_what, input, paths) => {
      const id = `wrong-${number++}`;
      const ended = await world.dispatch(id, input);
      expect(ended).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
      const problems = textOf(ended)
        .split('\n')
        .filter((line) => line.startsWith('- '));
      const named = problems.map(
        (line) => /^- (\(the whole\)|[^\s:]+): \S/.exec(line)?.[1] ?? line,
      );
      expect([...new Set(named)].toSorted()).toEqual([...paths].toSorted());
      expect(world.aws.s3.list(BUCKET, `${keys.root(id)}/`)).toEqual([]);
      nothingWasSent();
    });

    it('says of each problem what is wrong and what to do', async () => {
      const ended = await world.dispatch('remedies', request({ maxConcurrency: '0%' }));
      expect(textOf(ended)).toContain(
        '- maxConcurrency: is 0. Give at least 1, or leave it out\nMend each listed field',
      );
    });
  });

  describe('for its name', () => {
    it.each(['x', 'x'.repeat(65), 'release-1.2', 'täällä'])('%s', async (name) => {
      const before = everything();
      const ended = await world.dispatch(name, request());
      expect(ended).toMatchObject({ status: 'FAILED', error: 'InvalidDispatchId' });
      expect(textOf(ended)).toContain(`"${name}"`);
      expect(everything()).toEqual(before);
      nothingWasSent();
    });
  });

  describe('because its id was used before', () => {
    const earlier = (id: string, change: object = {}) => ({
      dispatch: id,
      executionArn: `${machineArn.replace(':stateMachine:', ':execution:')}:${id}`,
      startedAt: '2026-08-01T06:30:00.000Z',
      request: {
        ...request(targets({})),
        mode: 'run',
        requester: 'unstated',
        waves: ['100%'],
        timeouts: { deliverySeconds: 600, executionSeconds: 3600 },
      },
      ...change,
    });
    const leave = (id: string, stored: unknown) =>
      world.aws.s3.write(BUCKET, keys.request(id), JSON.stringify(stored));
    const stands = (id: string, stored: unknown) => {
      const own = world.aws.s3.list(BUCKET, `${keys.root(id)}/`);
      expect(own).toEqual([keys.request(id)]);
      const body = world.aws.s3.read(BUCKET, keys.request(id))?.toString();
      expect(body).toBe(JSON.stringify(stored));
    };

    // An execution's name is free again 90 days after its end (Step Functions), the bucket remembers longer.
    it.each([
      ['at another time', {}],
      ['by another state machine', { executionArn: 'arn:aws:states:eu-west-1:1:execution:m:x' }],
    ])('%s: DispatchAlreadyRan', async (what, change) => {
      const id = `again-${what.replaceAll(' ', '-')}`;
      const stored = earlier(id, change);
      leave(id, stored);
      const ended = await world.dispatch(id, request());
      expect(ended).toMatchObject({ status: 'FAILED', error: 'DispatchAlreadyRan' });
      expect(textOf(ended)).toContain(id);
      expect(textOf(ended)).toContain('2026-08-01T06:30:00.000Z');
      stands(id, stored);
      nothingWasSent();
    });

    it('and what it left cannot be read: StoredObjectInvalid', async () => {
      const stored = { dispatch: 'again-unread', mode: 'none' };
      leave('again-unread', stored);
      const ended = await world.dispatch('again-unread', request());
      expect(ended).toMatchObject({ status: 'FAILED', error: 'StoredObjectInvalid' });
      expect(textOf(ended)).toContain(keys.request('again-unread'));
      stands('again-unread', stored);
      nothingWasSent();
    });
  });
});
