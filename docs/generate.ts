/** Documents that come out of the code: `npm run docs` writes them, test/unit/docs.test.ts checks them. */
import { writeFile } from 'node:fs/promises';
import { ERRORS } from '../contract/errors.ts';
import { eventJsonSchema, EVENTS, isEventName } from '../contract/events.ts';
import { requestJsonSchema } from '../contract/request.ts';
import { configDocument } from './configDocument.ts';
import { exampleOf } from './eventExamples.ts';
import { pageAssets } from './page.ts';
import { permissionsDocument } from './permissionsDocument.ts';
import { propsDocument } from './propsDocument.ts';
import { requestDocument } from './requestDocument.ts';
import { cliDocument } from './cliDocument.ts';

/** Paths from here → what is in them. */
export const documents = async (): Promise<Readonly<Record<string, string>>> => ({
  'cli.md': cliDocument(),
  'config.md': configDocument(),
  'errors.md': errors(),
  ...eventSchemas(),
  'permissions.md': permissionsDocument(),
  'request.md': requestDocument(),
  'request.schema.json': `${JSON.stringify(requestJsonSchema(), null, 2)}\n`,
  '../lib/props.ts': await propsDocument(),
  '../report/page/assets.ts': await pageAssets(),
});

const eventSchemas = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(EVENTS)
      .filter(isEventName)
      .map((name) => [
        `events/${name}.json`,
        `${JSON.stringify(eventJsonSchema(name, [exampleOf(name)]), null, 2)}\n`,
      ]),
  );

/** Errors that end no dispatch: of the command line and of `cdk`, and what a person did on purpose. */
const NO_ALARM: ReadonlySet<string> = new Set([
  'InvalidConfig',
  'InvalidSchedule',
  'DispatchRecalled',
]);

function alarmOf(name: string): string {
  if (NO_ALARM.has(name)) return '–';
  return name === 'RecallIncomplete' ? '`fleetwide-recall-failed`' : '`fleetwide-dispatch-failed`';
}

function errors(): string {
  const rows = Object.entries(ERRORS).map(
    ([name, { meaning, remedy }]) => `| \`${name}\` | ${meaning} | ${remedy} | ${alarmOf(name)} |`,
  );
  return [
    '# Errors',
    '',
    'The name is what the execution shows as its error; the cause says which thing and which value.',
    'Written from `contract/errors.ts` by `npm run docs`.',
    '',
    'The alarm is the one that goes off for an execution that ends so; `docs/runbook.md` says what to look at first.',
    '',
    '| error | meaning | what to do | alarm |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename)
  for (const [name, text] of Object.entries(await documents()))
    await writeFile(new URL(name, import.meta.url), text);
