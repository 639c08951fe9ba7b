import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { parseJson } from '../contract/problems.ts';

const MANIFEST = new URL('../package.json', import.meta.url);

/** The version of the package that this is a part of. */
export const { version: VERSION } = parseJson(
  z.object({ version: z.string() }),
  readFileSync(MANIFEST, 'utf-8'),
  'StoredObjectInvalid',
  'package.json',
);
