import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import { functionLogs } from '../../../../local/functionLogs.ts';
import { createAuthorize } from '../../../../local/iam/authorize.ts';
import { IamStore } from '../../../../local/iam/store.ts';
import { LogStore } from '../../../../local/services/logs/store.ts';
import { functionOf } from '../lambda/support.ts';
import { allow, policy } from '../wire/world.ts';

const CREATE = 'logs:CreateLogStream';
const PUT = 'logs:PutLogEvents';

/** Prints two lines of a function whose role may do that. */
function print(...may: readonly string[]) {
  const clock = new VirtualClock(1_000);
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const iam = new IamStore({ clock, newId });
  const store = new LogStore();
  const spec = functionOf('');
  const { account, region, logGroup: name } = spec;
  const arn = `arn:aws:logs:${region}:${account}:log-group:${name}`;
  store.put({ arn, account, region, name, createdAt: 0 });
  const { arn: roleArn } = iam.putRole({
    account,
    name: 'Step',
    trust: policy({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
    inline: { logs: policy(allow([...may], `${arn}:*`)) },
  });
  const authorize = createAuthorize({ clock, organizationOf: () => undefined });
  const log = functionLogs({ clock, iam, authorize, newId, store });
  const credentials = iam.sessionForService(roleArn, 'lambda.amazonaws.com', 'step');
  log(spec, credentials, 'stream', 'one');
  log(spec, credentials, 'stream', 'two');
  return { lines: store.lines(name).map(({ line }) => line), refused: store.refused };
}

describe('what a function prints', () => {
  it('is in its log group where its role may write there', () => {
    expect(print(CREATE, PUT)).toEqual({ lines: ['one', 'two'], refused: [] });
  });

  it.each([
    [CREATE, PUT],
    [PUT, CREATE],
  ])('is lost without %s, and it is told why', (missing, left) => {
    const { lines, refused } = print(left);
    expect(lines).toEqual([]);
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatch(new RegExp(`^AccessDeniedException: .*perform: ${missing} on`));
  });
});
