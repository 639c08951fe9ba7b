/**
 * Results as JUnit XML, for a pipeline that shows tests: a suite per account and Region, a case per node.
 * Turns red exactly when the dispatch did: what could not be read or found is a case that broke.
 */
import type { Outcome } from '../contract/outcomes.ts';
import type { Reason, Row } from '../contract/stored.ts';
import { harmless } from './harmless.ts';

/** Nodes that get a case of their own. Above it those that succeeded are only counted. */
const MOST_CASES = 20_000;
/** Characters of each stream in a case; the end is what tells. */
const MOST_TEXT = 4_000;
/** Characters of output in the whole file, which pipelines read at once. */
const MOST_TEXT_IN_ALL = 8_000_000;

type Kind = 'passed' | 'failure' | 'error' | 'skipped';

const KINDS: Readonly<Record<Outcome, Kind>> = {
  succeeded: 'passed',
  failed: 'failure',
  timedOut: 'failure',
  undeliverable: 'error',
  denied: 'error',
  invalidPlatform: 'error',
  unknown: 'error',
  // A person or a limit stopped them, but they did not do what they were asked for.
  terminated: 'error',
  cancelled: 'failure',
  skipped: 'skipped',
};

interface Suite {
  readonly cases: string[];
  readonly count: Record<Kind, number>;
  seconds: number;
}

/** What is known only at the end. */
export interface Ending {
  readonly dispatch: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly succeeded: boolean;
  readonly error: string;
  readonly cause: string;
  readonly skippedShards: readonly { account: string; region: string; reason: Reason }[];
  readonly notFound: readonly string[];
}

export interface JUnit {
  add(row: Row): void;
  done(ending: Ending): string;
}

export function junit(mostCases = MOST_CASES): JUnit {
  const suites = new Map<string, Suite>();
  let cases = 0;
  let unlisted = 0;
  let text = 0;
  const put = (name: string, kind: Kind, xml: string, seconds = 0): void => {
    const suite = suites.get(name) ?? newSuite();
    suites.set(name, suite);
    suite.cases.push(xml);
    suite.count[kind]++;
    suite.seconds += seconds;
  };
  return {
    add(row) {
      const kind = KINDS[row.outcome];
      // Half of the places are kept for what did not succeed, which comes in any order.
      const places = kind === 'passed' ? mostCases / 2 : mostCases;
      if (cases >= places) unlisted++;
      else {
        cases++;
        const seconds = secondsOf(row);
        const xml = caseOf(row, kind, seconds, text < MOST_TEXT_IN_ALL);
        text += xml.length;
        put(`${row.account} ${row.region}`, kind, xml, seconds);
      }
    },
    done(ending) {
      for (const { account, region, reason } of ending.skippedShards)
        put(`${account} ${region}`, 'error', broken(`${account}.${region}`, 'all nodes', reason));
      for (const id of ending.notFound) put('not found', 'error', broken('targets', id, NOWHERE));
      const green = [...suites.values()].every((s) => s.count.failure + s.count.error === 0);
      const { dispatch, error, cause } = ending;
      if (green && !ending.succeeded)
        put('dispatch', 'error', broken('fleetwide', dispatch, { code: error, message: cause }));
      return documentOf(ending, suites, unlisted);
    },
  };
}

const NOWHERE: Reason = {
  code: 'notFound',
  message: 'no account and Region has a node of this id',
};

const newSuite = (): Suite => ({
  cases: [],
  count: { passed: 0, failure: 0, error: 0, skipped: 0 },
  seconds: 0,
});

function documentOf(ending: Ending, suites: ReadonlyMap<string, Suite>, unlisted: number): string {
  const count = { passed: 0, failure: 0, error: 0, skipped: 0 };
  for (const suite of suites.values())
    for (const kind of ['passed', 'failure', 'error', 'skipped'] as const)
      count[kind] += suite.count[kind];
  const took = (Date.parse(ending.endedAt) - Date.parse(ending.startedAt)) / 1000;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites name=${quoted(`fleetwide ${ending.dispatch}`)} ${numbers(count, took)}>\n`,
    ...[...suites].flatMap(([name, suite]) => [
      `<testsuite name=${quoted(name)} ${numbers(suite.count, suite.seconds)} timestamp=${quoted(ending.startedAt)}>\n`,
      ...suite.cases,
      '</testsuite>\n',
    ]),
    ...(unlisted > 0
      ? [
          `<!-- ${unlisted} more nodes are not listed here; report.csv and report.jsonl list all. -->\n`,
        ]
      : []),
    '</testsuites>\n',
  ].join('');
}

const numbers = (count: Record<Kind, number>, seconds: number): string =>
  `tests="${count.passed + count.failure + count.error + count.skipped}" failures="${count.failure}" errors="${count.error}" skipped="${count.skipped}" time="${seconds.toFixed(3)}"`;

const secondsOf = ({ startedAt, endedAt }: Row): number =>
  startedAt && endedAt ? Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : 0;

function caseOf(row: Row, kind: Kind, seconds: number, whole: boolean): string {
  const name = row.name ? `${row.name} (${row.node})` : row.node;
  const head = `<testcase classname=${quoted(`${row.account}.${row.region}`)} name=${quoted(name)} time="${seconds.toFixed(3)}"`;
  if (kind === 'passed') return `${head}/>\n`;
  const exit = row.exitCode === undefined ? '' : `, exit code ${row.exitCode}`;
  const why = row.reason ? `: ${row.reason.message}` : '';
  const verdict = `<${kind} message=${quoted(`${row.outcome}${exit}${why}`)}${kind === 'skipped' ? '' : ` type=${quoted(row.reason?.code ?? row.outcome)}`}/>`;
  const output = whole ? stream('system-out', row.stdout) + stream('system-err', row.stderr) : '';
  return `${head}>${verdict}${output}</testcase>\n`;
}

const broken = (classname: string, name: string, { code, message }: Reason): string =>
  `<testcase classname=${quoted(classname)} name=${quoted(name)} time="0"><error message=${quoted(message)} type=${quoted(code)}/></testcase>\n`;

function stream(tag: string, output: Row['stdout']): string {
  if (!output || output.bytes === 0) return '';
  const text = output.text ?? `${output.bytes} bytes in ${output.key ?? 'no place known'}`;
  return `<${tag}>${escaped(text.slice(-MOST_TEXT))}</${tag}>`;
}

const quoted = (text: string): string =>
  `"${escaped(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`;

/** XML 1.0 has no place for most control characters, lone surrogates and two more, escaped or not. */
const escaped = (text: string): string =>
  harmless(text)
    .toWellFormed()
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
