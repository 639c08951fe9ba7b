import { afterAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT, call, REGION, world } from './support.ts';

const OTHER = '999988887777';
const shell = (name: string, line: string, more: object = {}) => ({
  action: 'aws:runShellScript',
  name,
  inputs: { runCommand: [line], ...more },
});
const content = (...mainSteps: object[]) => ({ schemaVersion: '2.2', mainSteps });

describe('an own document', () => {
  const { ssm, fleet, operations, send, wait } = world();
  afterAll(() => fleet.close());
  const put = (name: string, given: unknown, more: object = {}) =>
    ssm.documents.put({ account: ACCOUNT, region: REGION, name, content: given, ...more });

  async function run(name: string, DocumentName = name, Parameters = {}) {
    const node = fleet.addNode({ account: ACCOUNT, region: REGION });
    const CommandId = await send([node], { DocumentName, Parameters });
    await wait(1000);
    const { CommandInvocations } = await operations.ListCommandInvocations(call(), {
      CommandId,
      Details: true,
    });
    const [invocation] = CommandInvocations ?? [];
    const steps = invocation?.CommandPlugins?.map((p) => [p.Name, p.Status, p.ResponseCode]);
    const output = (PluginName?: string) =>
      operations.GetCommandInvocation(call(), { CommandId, InstanceId: node.id, PluginName });
    return { status: invocation?.Status, steps, output };
  }

  it.each([
    ['goes on after a step that fails', shell('a', 'exit 3'), 'Failed', ['Failed', 3], 'ran'],
    ['ends as a success by 168', shell('a', 'exit 168'), 'Success', ['Success', 168], 'skipped'],
    ['ends as a failure by 169', shell('a', 'exit 169'), 'Failed', ['Failed', 169], 'skipped'],
    [
      'ends where onFailure says exit',
      shell('a', 'exit 3', { onFailure: 'exit' }),
      'Failed',
      ['Failed', 3],
      'skipped',
    ],
    [
      'succeeds where onFailure says so',
      shell('a', 'exit 3', { onFailure: 'successAndExit' }),
      'Success',
      ['Success', 168],
      'skipped',
    ],
  ])('%s', async (name, first, status, step, then) => {
    const document = name.replaceAll(' ', '-');
    put(document, content(first, shell('b', 'echo ran')));
    const ended = await run(document);
    expect(ended.status).toBe(status);
    expect(ended.steps).toEqual([
      ['a', ...step],
      ['b', 'Success', 0],
    ]);
    const { StandardOutputContent } = await ended.output('b');
    expect(StandardOutputContent).toBe(then === 'ran' ? 'ran\n' : '');
  });

  it('of several steps wants the name of one, and knows its own', async () => {
    put('Two', content(shell('a', 'echo a'), shell('b', 'echo b')));
    const { output } = await run('Two');
    expect(await output('b')).toMatchObject({ PluginName: 'b', StandardOutputContent: 'b\n' });
    await expect(output()).rejects.toMatchObject({ name: 'InvalidPluginName' });
    await expect(output('c')).rejects.toMatchObject({
      name: 'InvalidPluginName',
      message: 'Document Two has the steps a, b; it has no step c.',
    });
  });

  it('has versions: another content is the next one, and the default', async () => {
    put('Versions', content(shell('a', 'echo 1')));
    put('Versions', content(shell('a', 'echo 1')));
    put('Versions', content(shell('a', 'echo 2')));
    const described = await operations.DescribeDocument(call(), { Name: 'Versions' });
    expect(described.Document).toMatchObject({
      DocumentVersion: '2',
      LatestVersion: '2',
      Owner: ACCOUNT,
    });
    const first = await operations.GetDocument(call(), { Name: 'Versions', DocumentVersion: '1' });
    expect(first.Content).toContain('echo 1');
    await expect(
      operations.GetDocument(call(), { Name: 'Versions', DocumentVersion: '3' }),
    ).rejects.toMatchObject({ name: 'InvalidDocumentVersion' });
  });

  it('of another account is there for those it is shared with, by its ARN', async () => {
    const arn = `arn:aws:ssm:${REGION}:${OTHER}:document/Theirs`;
    const given = { account: OTHER, region: REGION, name: 'Theirs' };
    ssm.documents.put({ ...given, content: content(shell('a', 'echo theirs')) });
    await expect(run('Theirs', arn)).rejects.toMatchObject({ name: 'InvalidDocument' });
    ssm.documents.put({
      ...given,
      content: content(shell('a', 'echo theirs')),
      sharedWith: [ACCOUNT],
    });
    expect((await run('Theirs', arn)).status).toBe('Success');
    await expect(run('Theirs')).rejects.toMatchObject({ name: 'InvalidDocument' });
  });

  it('checks its parameters, and fills them in as they are', async () => {
    put('Parameters', {
      ...content(shell('a', 'echo {{ One }}-{{Two}}'), shell('b', '{{ Lines }}')),
      parameters: {
        One: { type: 'String', allowedPattern: '[a-z]+' },
        Two: { type: 'String', default: 'x', allowedValues: ['x', 'y'] },
        Lines: { type: 'StringList', default: ['echo 1', 'echo 2'], maxItems: 2 },
      },
    });
    const { output } = await run('Parameters', undefined, { One: ['a'] });
    expect(await output('a')).toMatchObject({ StandardOutputContent: 'a-x\n' });
    expect(await output('b')).toMatchObject({ StandardOutputContent: '1\n2\n' });
    for (const [given, said] of [
      [{}, "'One'"],
      [{ One: ['A'] }, '[a-z]+'],
      [{ One: ['a'], Two: ['z'] }, 'none of x, y'],
      [{ One: ['a'], Lines: ['1', '2', '3'] }, '3 values'],
    ] as const)
      await expect(run('Parameters', undefined, given)).rejects.toMatchObject({
        name: 'InvalidParameters',
        message: expect.stringContaining(said),
      });
  });

  it.each([
    ['YAML', 'schemaVersion: "2.2"', 'JSON'],
    ['another schema', { schemaVersion: '0.3', mainSteps: [shell('a', 'x')] }, 'schemaVersion'],
    ['an action that is not there', content({ action: 'aws:runDocument', name: 'a' }), 'action'],
    ['an input that is not there', content(shell('a', 'x', { finallyStep: true })), 'finallyStep'],
    ['no step', content(), 'mainSteps'],
  ])('is refused for %s, by name', (_what, given, said) => {
    expect(() => put('Wrong', given)).toThrow(said);
  });
});
