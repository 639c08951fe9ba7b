import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { detailOf, EVENTS, isEventName } from '../../../contract/events.ts';
import { exampleOf } from '../../../docs/eventExamples.ts';

const names = Object.keys(EVENTS).filter(isEventName);
const Whole = z.object({
  'detail-type': z.string(),
  detail: z.object({ message: z.string() }).loose(),
});

describe.each(names)('%s', (name) => {
  const { detail } = Whole.parse(exampleOf(name));

  it('is what its example shows, and takes no field that its schema does not name', () => {
    expect(EVENTS[name].schema.safeParse(detail).success).toBe(true);
    expect(EVENTS[name].schema.safeParse({ ...detail, output: 'x' }).success).toBe(false);
  });

  it('has a sentence for people', () => {
    expect(detail.message).toMatch(/^(Dispatch|Schedule) .{20,}[.]|report\.json$/);
  });
});

it('a sentence holds nothing that would break what is made of it', () => {
  const { message } = detailOf('NodeFailed', {
    dispatch: 'd1',
    requester: 'jane',
    wave: 1,
    group: 0,
    failed: 30,
    nodes: [
      {
        account: '222233334444',
        region: 'eu-west-1',
        node: 'i-1',
        name: '"web"\\\n<b>',
        outcome: 'failed',
      },
    ],
  });
  expect(message).toBe(
    'Dispatch d1: 30 nodes went wrong in wave 1:  web    b  (222233334444 eu-west-1) failed and 29 more.',
  );
});
