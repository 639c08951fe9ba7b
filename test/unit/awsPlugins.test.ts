/** docs/aws-plugins.md: each plugin has its row, each request parses, each example is there. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseRequest } from '../../contract/request.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLES = resolve(ROOT, 'examples/aws');
const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf-8');

/** How many plugins Rundeck lists, by service. */
const PLUGINS = {
  Athena: 1,
  CloudWatch: 3,
  EC2: 6,
  ECS: 5,
  ELB: 1,
  Lambda: 2,
  RDS: 1,
  S3: 7,
  'Systems Manager (SSM)': 2,
  VPC: 2,
};

const rows = read('docs/aws-plugins.md')
  .split('\n')
  .flatMap((line) => {
    const [, service, plugin, here] = /^\| ([^|]+) \| ([^|]+) \| (.+) \|$/.exec(line) ?? [];
    return service && plugin && here && service !== 'service' ? [{ service, plugin, here }] : [];
  });
const examplesIn = (text: string) =>
  [...text.matchAll(/\.\.\/examples\/aws\/([\w-]+)\/README\.md/g)].map(([, name = '']) => name);
const requestsIn = (text: string) =>
  [...text.matchAll(/`(\{.*?\})`(?= \||$|\s|;)/g)].map(([, json = '']) => json);

describe('the AWS plugins', () => {
  it('have a row each', () => {
    const counts = Object.fromEntries(
      Object.entries(Object.groupBy(rows, ({ service }) => service)).map(([service, all = []]) => [
        service,
        all.length,
      ]),
    );
    expect(counts).toEqual(PLUGINS);
    expect(new Set(rows.map(({ plugin }) => plugin)).size).toBe(30);
  });

  it.each(rows)('$plugin: a request, an example, or why not', ({ here }) => {
    const requests = requestsIn(here);
    const examples = examplesIn(here);
    expect(requests.length + examples.length > 0 || here.startsWith('Not: ')).toBe(true);
    for (const json of requests) parseRequest(JSON.parse(json));
    for (const name of examples)
      parseRequest(JSON.parse(read(`examples/aws/${name}/request.json`)));
  });

  it('have an example for each folder, and each README says how to run it', () => {
    const folders = readdirSync(EXAMPLES, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted();
    expect(rows.flatMap(({ here }) => examplesIn(here)).toSorted()).toEqual(folders);
    for (const name of folders)
      expect(read(`examples/aws/${name}/README.md`)).toContain(
        `--request examples/aws/${name}/request.json`,
      );
  });
});
