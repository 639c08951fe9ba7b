import { z } from 'zod';
import { wrong } from '../problems.ts';

/** Name of a file on a node, and in the exchange bucket. */
export const FileName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/,
    wrong(
      'cannot be the name of a file',
      'Give up to 100 letters, digits and _.- that start with a letter, digit or _',
    ),
  );
