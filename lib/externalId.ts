import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FleetwideError } from '../contract/errors.ts';

/** Stands beside the configuration, and belongs wherever that is kept. */
export const EXTERNAL_ID_FILE = 'fleetwide.external-id';

/**
 * The ExternalId of a configuration that states none: made once, then read, so that every synthesis from the
 * same files is the same. A file and not a thing in AWS: hub and spokes are deployed with credentials of
 * different accounts, and each template holds it. The value is returned, and told to nobody.
 */
export function keptExternalId(
  configPath: string,
  random: () => string = () => randomBytes(32).toString('base64url'),
): string {
  const path = join(dirname(configPath), EXTERNAL_ID_FILE);
  const known = read(path);
  if (known !== undefined) return known;
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, `${random()}\n`, { mode: 0o600 });
    // A link never replaces: of two that come at the same moment the first wins, and both read its value.
    linkSync(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw cannotKeep(path, error);
  } finally {
    rmSync(draft, { force: true });
  }
  const made = read(path);
  if (made === undefined) throw cannotKeep(path, 'it was gone right after it was written');
  return made;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw cannotKeep(path, error);
  }
}

/** Structurally: an error of Node's own need not be an instance of the Error of this realm. */
const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

const cannotKeep = (path: string, why: unknown) =>
  new FleetwideError(
    'InvalidConfig',
    `externalId: the file ${path} that keeps it: ${String(why)}`,
    [
      {
        path: 'externalId',
        message: 'missing, and a generated one cannot be kept',
        remedy: 'State it in the configuration, or let its folder be written to',
      },
    ],
  );
