import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import { AwsError, type Call } from '../../../../local/core/operation.ts';
import { createLogStream } from '../../../../local/services/logs/createLogStream.ts';
import { describeLogGroups } from '../../../../local/services/logs/describeLogGroups.ts';
import { describeLogStreams } from '../../../../local/services/logs/describeLogStreams.ts';
import { getLogEvents } from '../../../../local/services/logs/getLogEvents.ts';
import { putLogEvents } from '../../../../local/services/logs/putLogEvents.ts';
import { LogStore } from '../../../../local/services/logs/store.ts';
import { call as ssmCall } from '../ssm/support.ts';

const NAME = {
  logGroupName: '/fleetwide/commands',
  logStreamName: 'c/i/aws-runShellScript/stdout',
};

function world(refuse?: string) {
  const clock = new VirtualClock(1_000);
  const store = new LogStore();
  const asked: string[] = [];
  const call: Call = { ...ssmCall(), service: 'logs' };
  const { account } = call.caller;
  const { region } = call;
  const arn = `arn:aws:logs:${region}:${account}:log-group:${NAME.logGroupName}`;
  store.put({ arn, account, region, name: NAME.logGroupName, createdAt: 0, retentionDays: 7 });
  const deps = {
    clock,
    store,
    authorize: (_: Call, { action, resource }: { action: string; resource: string }) => {
      asked.push(`${action} ${resource}`);
      if (action === refuse) throw new AwsError('AccessDeniedException', action);
    },
  };
  return { call, deps, asked, arn };
}

const put = (message: string, timestamp = 1) => ({ ...NAME, logEvents: [{ message, timestamp }] });

describe('a log stream', () => {
  it('is written, found and read to its end, where the token comes back', async () => {
    const { call, deps, asked, arn } = world();
    await createLogStream(deps)(call, NAME);
    await putLogEvents(deps)(call, put('first'));
    await putLogEvents(deps)(call, put('second', 2));
    const page = await getLogEvents(deps)(call, { ...NAME, startFromHead: true, limit: 1 });
    expect(page.events).toEqual([{ message: 'first', timestamp: 1, ingestionTime: 1_000 }]);
    const nextToken = page.nextForwardToken;
    const rest = await getLogEvents(deps)(call, { ...NAME, nextToken });
    expect(rest.events?.map(({ message }) => message)).toEqual(['second']);
    const end = await getLogEvents(deps)(call, { ...NAME, nextToken: rest.nextForwardToken });
    expect(end).toMatchObject({ events: [], nextForwardToken: rest.nextForwardToken });
    // From the tail, as the console does.
    const tail = await getLogEvents(deps)(call, { ...NAME, limit: 1 });
    expect(tail.events?.map(({ message }) => message)).toEqual(['second']);
    expect(asked).toContain(`logs:CreateLogStream ${arn}:*`);
    expect(asked).toContain(`logs:PutLogEvents ${arn}:log-stream:${NAME.logStreamName}`);
    const streams = await describeLogStreams(deps)(call, { logGroupName: NAME.logGroupName });
    expect(streams.logStreams).toMatchObject([
      { logStreamName: NAME.logStreamName, firstEventTimestamp: 1, lastEventTimestamp: 2 },
    ]);
    expect((await describeLogGroups(deps)(call, {})).logGroups).toMatchObject([
      { logGroupName: NAME.logGroupName, arn: `${arn}:*`, retentionInDays: 7 },
    ]);
  });

  it.each([
    ['ResourceNotFoundException', () => world(), { ...NAME, logStreamName: 'another' }],
    ['ResourceNotFoundException', () => world(), { ...NAME, logGroupName: 'another' }],
    ['AccessDeniedException', () => world('logs:GetLogEvents'), NAME],
    ['InvalidParameterException', () => world(), { ...NAME, nextToken: 'what?' }],
    ['InvalidParameterException', () => world(), { ...NAME, unmask: true }],
  ])('refuses with %s', async (name, make, input) => {
    const { call, deps } = make();
    await createLogStream(deps)(call, NAME);
    await expect(getLogEvents(deps)(call, input)).rejects.toMatchObject({ name });
  });

  it('is made once, and takes neither too much nor the past after the future', async () => {
    const { call, deps } = world();
    await createLogStream(deps)(call, NAME);
    await expect(createLogStream(deps)(call, NAME)).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await expect(putLogEvents(deps)(call, put('x'.repeat(1_048_576)))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const backwards = [
      { message: 'b', timestamp: 2 },
      { message: 'a', timestamp: 1 },
    ];
    await expect(putLogEvents(deps)(call, { ...NAME, logEvents: backwards })).rejects.toMatchObject(
      { name: 'InvalidParameterException' },
    );
  });
});
