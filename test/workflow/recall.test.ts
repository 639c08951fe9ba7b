/** A dispatch that is stopped, times out or breaks: nothing more goes out, what runs is ended and told. */
import { describe, expect, it } from '@jest/globals';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { total } from '../../contract/outcomes.ts';
import { makeWorld, REGIONS, request, SPOKES } from './support/world.ts';

describe('a stop', () => {
  it('cancels what runs on virtual nodes and reports it', async () => {
    const world = await makeWorld({ spokes: [SPOKES[0]] });
    const behaviour = () => ({ delayMs: 3_600_000, exitCode: 0, stdout: 'late\n', stderr: '' });
    world.node({ behaviour });
    world.node({});
    const arn = await world.start(
      'stopped',
      request({ targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], allNodes: true } }),
    );
    await new Promise<void>((resolve) => {
      world.aws.clock.after(30_000, resolve);
    });
    await world.client.send(new StopExecutionCommand({ executionArn: arn }));
    await world.recalled('stopped');
    const report = world.report('stopped');
    expect(report.counts).toEqual({ cancelled: 1, succeeded: 1 });
    expect(total(report.counts)).toBe(report.matched);
    await world.close();
  });
});
