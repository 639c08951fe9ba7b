import { describe, expect, it } from '@jest/globals';
import { combine, truncateReply } from '../../../../local/fleet/output.ts';

const captured = (text: string) => ({ head: Buffer.from(text), size: Buffer.byteLength(text) });
const TITLE = '\n----------ERROR-------\n';

describe('a stream in a reply', () => {
  it('is untouched at 23,999 bytes and cut at 24,000', () => {
    expect(truncateReply(captured('x'.repeat(23_999)))).toHaveLength(23_999);
    expect(truncateReply(captured('x'.repeat(24_000)))).toBe(
      `${'x'.repeat(23_980)}--output truncated--`,
    );
  });

  it('is measured in bytes', () => {
    expect(truncateReply(captured('é'.repeat(12_000)))).toMatch(/é--output truncated--$/);
    expect(truncateReply(captured('é'.repeat(11_999)))).toBe('é'.repeat(11_999));
  });
});

describe('the combined output', () => {
  it('is whole below 2,500 bytes less the title', () => {
    expect(combine('out', '')).toBe('out');
    expect(combine('out', 'error')).toBe(`out${TITLE}error`);
    expect(combine('x'.repeat(2499), '')).toBe('x'.repeat(2499));
    const fits = 2500 - TITLE.length - 1;
    expect(combine('x'.repeat(fits - 1), 'e')).toBe(`${'x'.repeat(fits - 1)}${TITLE}e`);
  });

  it.each([
    ['stdout alone', 5000, 0, /^x+\n---Output truncated---$/],
    ['a long stdout', 5000, 10, /^x+\n---Output truncated---\n-{10}ERROR-{7}\ne{10}$/],
    ['a long stderr', 10, 5000, /^x{10}\n-{10}ERROR-{7}\ne+\n---Error truncated----$/],
    [
      'both',
      5000,
      5000,
      /^x+\n---Output truncated---\n-{10}ERROR-{7}\ne+\n---Error truncated----$/,
    ],
  ])('is cut to 2,500 bytes: %s', (_, stdout, stderr, shape) => {
    const text = combine('x'.repeat(stdout), 'e'.repeat(stderr));
    expect(text).toMatch(shape);
    expect(text.length).toBeGreaterThanOrEqual(2499);
    expect(text.length).toBeLessThanOrEqual(2500);
  });
});
