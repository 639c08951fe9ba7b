import { AwsError } from '../../core/operation.ts';

/** First and last byte, both included. */
export interface Slice {
  readonly first: number;
  readonly last: number;
}

/** `bytes=0-99`, `bytes=100-`, `bytes=-50`. Undefined: the whole object. */
export function sliceOf(range: string | undefined, size: number): Slice | undefined {
  if (range === undefined) return undefined;
  if (range.includes(','))
    throw new AwsError('NotImplemented', 'The embedded AWS does not implement several ranges', 501);
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  // A range that is none is ignored (RFC 9110 section 14.2).
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (first >= size)
    throw new AwsError(
      'InvalidRange',
      `The requested range is not satisfiable: ${range} of ${size}`,
      416,
    );
  return { first, last };
}
