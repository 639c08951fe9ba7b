/** DESIGN: rooms and doors. What a room may import is the table below, and nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');

const SDK = /^(@aws-sdk|@smithy)\//;
const NODE = /^node:/;
const HOUSE = [/^@middy\/core$/, /^@aws-lambda-powertools\/(logger|metrics)$/];

interface Room {
  /** Other rooms, as path prefixes. */
  readonly rooms: readonly string[];
  readonly packages: readonly RegExp[];
}

/** Room → what it may import; the most specific prefix counts. A step is a room of its own. */
const ROOMS: Readonly<Record<string, Room>> = {
  contract: { rooms: [], packages: [/^zod$/] },
  'lambdas/shared': {
    rooms: ['contract'],
    packages: [SDK, NODE, ...HOUSE, /^zod$/, /^p-map$/, /^aws-lambda$/],
  },
  ...Object.fromEntries(
    [
      'admit',
      'discover',
      'freeze',
      'ready',
      'ask',
      'send',
      'poll',
      'collect',
      'gate',
      'revoke',
      'cancel',
      'doctor',
    ].map((step) => [
      `lambdas/${step}`,
      { rooms: ['contract', 'lambdas/shared'], packages: [SDK, NODE, /^zod$/, /^p-map$/] },
    ]),
  ),
  // The step that writes the report is the one that needs the room that knows how reports look.
  'lambdas/report': {
    rooms: ['contract', 'lambdas/shared', 'report'],
    packages: [SDK, NODE, /^zod$/, /^p-map$/],
  },
  report: { rooms: ['contract'], packages: [/^zod$/] },
  lib: {
    rooms: ['contract'],
    packages: [/^aws-cdk-lib(\/|$)/, /^constructs$/, /^cdk-stacksets$/, /^esbuild$/, NODE],
  },
  cli: {
    rooms: ['contract', 'report'],
    packages: [
      SDK,
      NODE,
      /^commander$/,
      /^diff$/,
      /^log-update$/,
      /^p-map$/,
      /^tar$/,
      /^yaml$/,
      /^zod$/,
    ],
  },
  local: {
    rooms: ['contract', 'lib', 'lambdas'],
    packages: [SDK, NODE, /^jsonata$/, /^zod$/, /^p-map$/],
  },
  bin: { rooms: ['contract', 'lib', 'cli'], packages: [/^aws-cdk-lib(\/|$)/, NODE] },
};

const filesOf = (room: string): string[] =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf-8' })
    .filter((name) => /\.(ts|mjs|js)$/.test(name))
    .map((name) => join(room, name));

const importsOf = (file: string): string[] =>
  [
    ...readFileSync(join(ROOT, file), 'utf-8').matchAll(
      /^(?:import|export)[^'"\n;]*?(?:[{][^}]*[}])?[^'"\n;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gms,
    ),
  ].map((m) => m[1] ?? m[2] ?? m[3] ?? '');

/** The room of a file: the longest prefix of the table. */
const roomOf = (file: string): string | undefined =>
  Object.keys(ROOMS)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0];

function violations(file: string): string[] {
  const own = roomOf(file);
  const room = own === undefined ? undefined : ROOMS[own];
  if (!own || !room) return [`${file} lies in no room`];
  return importsOf(file)
    .filter((from) => {
      if (!from.startsWith('.')) return !room.packages.some((allowed) => allowed.test(from));
      const target = relative(ROOT, resolve(ROOT, dirname(file), from));
      if (own === roomOf(target)) return false;
      return !room.rooms.some((allowed) => target === allowed || target.startsWith(`${allowed}/`));
    })
    .map((from) => `${file} imports ${from}`);
}

const ALL = ['contract', 'lambdas', 'report', 'lib', 'cli', 'local', 'bin'].flatMap(filesOf);

describe('the rooms', () => {
  it('import what the table allows', () => {
    expect(ALL.length).toBeGreaterThan(50);
    expect(ALL.flatMap(violations)).toEqual([]);
  });

  it('would be seen to break it', () => {
    expect(importsOf('lambdas/send/send.ts')).toContain('../../contract/names.ts');
    expect(importsOf('lambdas/send/send.ts')).toContain('./sendBatch.ts');
    expect(roomOf('lambdas/send/send.ts')).toBe('lambdas/send');
    expect(violations('test/architecture.test.ts')).toEqual([
      'test/architecture.test.ts lies in no room',
    ]);
  });

  it('know nothing of the embedded AWS where they run on AWS', () => {
    const shipped = ['contract', 'lambdas', 'lib', 'report'].flatMap(filesOf);
    const suspicious =
      /(?<!\/usr\/)\blocal\/|localhost|127\.0\.0\.1|\bendpoint\s*:|AWS_ENDPOINT_URL|NODE_ENV|\bjest\b/;
    const hits = shipped.filter((file) => suspicious.test(readFileSync(join(ROOT, file), 'utf-8')));
    expect(hits).toEqual([]);
  });

  it('hold handlers of at most 40 lines', () => {
    for (const file of ALL.filter((f) => f.endsWith('/handler.ts')))
      expect([file, readFileSync(join(ROOT, file), 'utf-8').split('\n').length <= 40]).toEqual([
        file,
        true,
      ]);
  });
});
