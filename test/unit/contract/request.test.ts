import { describe, expect, it } from '@jest/globals';
import { FleetwideError } from '../../../contract/errors.ts';
import { errorBudgetOf, parseRequest, requestJsonSchema } from '../../../contract/request.ts';

const GOOD = {
  action: { type: 'command', linux: ['uptime'] },
  targets: { accounts: ['111122223333'], regions: ['eu-west-1'], allNodes: true },
};

const problemsOf = (input: unknown) => {
  try {
    parseRequest(input);
  } catch (error) {
    if (error instanceof FleetwideError) return error.problems;
    throw error;
  }
  return [];
};

describe('a request', () => {
  it('fills in what it leaves open', () => {
    const request = parseRequest(GOOD);
    expect(request).toMatchObject({
      mode: 'run',
      requester: 'unstated',
      waves: ['100%'],
      timeouts: { deliverySeconds: 600, executionSeconds: 3600 },
    });
    expect(parseRequest(request)).toEqual(request);
  });

  it('has an error budget that depends on its waves unless it states one', () => {
    expect(errorBudgetOf(parseRequest(GOOD))).toBe('100%');
    expect(errorBudgetOf(parseRequest({ ...GOOD, waves: [1, '100%'] }))).toBe('0');
    expect(errorBudgetOf(parseRequest({ ...GOOD, waves: [1, '100%'], errorBudget: 7 }))).toBe('7');
  });

  it('takes numbers and texts for counts alike', () => {
    expect(parseRequest({ ...GOOD, waves: [1, '2', '50%', '100%'] }).waves).toEqual([
      '1',
      '2',
      '50%',
      '100%',
    ]);
  });

  const target = (change: object) => ({ ...GOOD, targets: { ...GOOD.targets, ...change } });
  const action = (change: object) => ({ ...GOOD, action: { ...GOOD.action, ...change } });
  const of = (type: string, rest: object) => ({ ...GOOD, action: { type, ...rest } });
  const script = (change: object) => of('script', { text: 'true', ...change });
  const copy = (change: object) => of('copy', { text: 'x', linux: { path: '/x' }, ...change });
  const document = (change: object) => of('document', { name: 'My-Document', ...change });
  const WRONG: readonly [what: string, input: unknown, paths: readonly string[]][] = [
    ['no object', 'uptime', ['']],
    ['nothing', {}, ['action', 'targets']],
    ['an unknown action', { ...GOOD, action: { type: 'scritp' } }, ['action.type']],
    ['no line', action({ linux: [] }), ['action.linux', 'action.linux']],
    ['blank lines', action({ linux: ['', ' '] }), ['action.linux']],
    ['an interpolation', action({ linux: ['echo {{ssm:x}}'] }), ['action.linux[0]']],
    ['a NUL', action({ linux: ['a\0b'] }), ['action.linux[0]']],
    ['no lines for any platform', action({ linux: undefined }), ['action']],
    ['a Windows interpolation', action({ windows: ['{{x}}'] }), ['action.windows[0]']],
    ['an empty script', script({ text: '' }), ['action.text']],
    ['a script too long', script({ text: 'ä'.repeat(90_001) }), ['action.text']],
    ['an argument with a NUL', script({ arguments: ['a', 'b\0'] }), ['action.arguments[1]']],
    ['an argument that is no text', script({ arguments: ['\uD800'] }), ['action.arguments[0]']],
    ['a wrong variable', script({ environment: { 'A-B': '1' } }), ['action.environment.A-B']],
    ['a variable of the shell', script({ environment: { PWD: '/' } }), ['action.environment.PWD']],
    ['a relative interpreter', script({ interpreter: 'bin/perl' }), ['action.interpreter']],
    ['a relative directory', script({ workingDirectory: 'srv' }), ['action.workingDirectory']],
    ['a file name with a path', script({ name: '../x' }), ['action.name']],
    ['another delivery', script({ delivery: 'scp' }), ['action.delivery']],
    ['a script in no way', script({ text: undefined }), ['action']],
    ['a script in two ways', script({ object: { uri: 's3://bucket/key' } }), ['action']],
    [
      'an object that travels in the command',
      script({ text: undefined, object: { uri: 's3://bucket/key' }, delivery: 'inline' }),
      ['action.delivery'],
    ],
    [
      'an object by its address, with a hash of another kind',
      script({ text: undefined, object: { uri: 'https://bucket/key', sha256: 'A'.repeat(64) } }),
      ['action.object.uri', 'action.object.sha256'],
    ],
    [
      'a folder for an object',
      script({ text: undefined, object: { uri: 's3://bucket/key/' } }),
      ['action.object.uri'],
    ],
    ['a secret by its value', script({ secrets: { DB: 'hunter2' } }), ['action.secrets.DB']],
    [
      'a secret in two places',
      script({ secrets: { DB: { parameter: '/db', secret: 'db' } } }),
      ['action.secrets.DB'],
    ],
    [
      'a secret with a name that shells would read',
      action({ secrets: { DB: { parameter: '/db;id' }, T: { secret: '$(id)' } } }),
      ['action.secrets.DB.parameter', 'action.secrets.T.secret'],
    ],
    [
      'a secret beside a variable of its name',
      script({ environment: { DB: '1' }, secrets: { DB: { parameter: '/db' } } }),
      ['action.secrets.DB'],
    ],
    ['nobody to run as', action({ runAs: {} }), ['action.runAs']],
    ['a user with a blank', action({ runAs: { linux: 'app user' } }), ['action.runAs.linux']],
    [
      'a Windows user without domain, with a password',
      action({ runAs: { windows: { user: 'svc', password: 'hunter2' } } }),
      ['action.runAs.windows.user', 'action.runAs.windows.password'],
    ],
    ['braces that are neither', action({ braces: 'replaced' }), ['action.braces']],
    ['a copy of nothing', copy({ text: undefined }), ['action']],
    ['a copy of two things', copy({ base64: 'YQ==' }), ['action']],
    ['a copy to nowhere', copy({ linux: undefined }), ['action']],
    [
      'a copy to wrong places',
      copy({ linux: { path: 'etc/x' }, windows: { path: 'C:x' } }),
      ['action.linux.path', 'action.windows.path'],
    ],
    ['a copy to a folder', copy({ linux: { path: '/etc/' } }), ['action.linux.path']],
    ['a copy that climbs', copy({ linux: { path: '/etc/../x' } }), ['action.linux.path']],
    [
      'a mode as a number, and an owner that shells would read',
      copy({ linux: { path: '/x', mode: 640, owner: '$(id)' } }),
      ['action.linux.owner', 'action.linux.mode'],
    ],
    ['bytes that are no base64', copy({ text: undefined, base64: 'ä' }), ['action.base64']],
    ['a text as a directory', copy({ directory: true }), ['action.text']],
    [
      'a directory with one mode for all',
      copy({
        text: undefined,
        base64: 'YQ==',
        directory: true,
        linux: { path: '/x', mode: '0640' },
      }),
      ['action.linux.mode'],
    ],
    [
      'a copy of an object that travels in the command',
      copy({ text: undefined, object: { uri: 's3://bucket/key' }, delivery: 'inline' }),
      ['action.delivery'],
    ],
    ['a copy that is too long', copy({ text: 'x'.repeat(180_001) }), ['action.text']],
    ['a document without name', document({ name: undefined }), ['action.name']],
    ['a name that no document has', document({ name: 'a b' }), ['action.name']],
    ['a wrong version', document({ version: '0' }), ['action.version']],
    ['a wrong hash', document({ hash: 'abc' }), ['action.hash']],
    [
      'a parameter that is no list',
      document({ parameters: { Operation: 'Scan' } }),
      ['action.parameters.Operation'],
    ],
    [
      'a secure reference',
      document({ parameters: { Token: ['{{ssm-secure:token}}'] } }),
      ['action.parameters.Token[0]'],
    ],
    ['an unknown field', { ...GOOD, acounts: [] }, ['acounts']],
    ['an account as a number', target({ accounts: [111122223333] }), ['targets.accounts[0]']],
    ['a short account', target({ accounts: ['1111'] }), ['targets.accounts[0]']],
    [
      'an account twice',
      target({ accounts: ['111122223333', '111122223333'] }),
      ['targets.accounts'],
    ],
    ['no Region', target({ regions: [] }), ['targets.regions']],
    ['a zone for a Region', target({ regions: ['eu-west-1a'] }), ['targets.regions[0]']],
    [
      'a wrong node id',
      target({ allNodes: undefined, instanceIds: ['i-1'] }),
      ['targets.instanceIds[0]'],
    ],
    ['nodes in two ways', target({ tags: { Role: ['web'] } }), ['targets']],
    ['nodes in no way', target({ allNodes: undefined }), ['targets']],
    [
      'six tag values',
      target({ allNodes: undefined, tags: { R: [...'abcdef'] } }),
      ['targets.tags.R'],
    ],
    ['an unknown mode', { ...GOOD, mode: 'dry' }, ['mode']],
    ['a requester with a slash', { ...GOOD, requester: 'a/b' }, ['requester']],
    ['waves that do not end', { ...GOOD, waves: ['1', '50%'] }, ['waves']],
    ['waves that shrink', { ...GOOD, waves: ['5%', '1%', '100%'] }, ['waves']],
    ['an empty wave', { ...GOOD, waves: ['0', '100%'] }, ['waves']],
    ['a budget of words', { ...GOOD, errorBudget: 'few' }, ['errorBudget']],
    ['a budget above all', { ...GOOD, errorBudget: '101%' }, ['errorBudget']],
    ['no concurrency', { ...GOOD, maxConcurrency: 0 }, ['maxConcurrency']],
    [
      'a delivery time SSM refuses',
      { ...GOOD, timeouts: { deliverySeconds: 5 } },
      ['timeouts.deliverySeconds'],
    ],
    [
      'a run time the agent ignores',
      { ...GOOD, timeouts: { executionSeconds: 200_000 } },
      ['timeouts.executionSeconds'],
    ],
    ['zero nodes', { ...GOOD, maxNodes: 0 }, ['maxNodes']],
  ];

  it.each(WRONG)('is refused for %s', (_what, input, paths) => {
    const problems = problemsOf(input);
    expect(problems.map((p) => p.path)).toEqual(paths);
    for (const problem of problems) {
      expect(problem.message).not.toBe('');
      expect(problem.remedy).not.toBe('');
    }
  });

  // Put together here, so that no scanner takes this file for a leak.
  const KEY_ID = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
  it.each([
    ['an access key id', action({ linux: ['true', `export K=${KEY_ID}`] }), 'action.linux[1]'],
    [
      'a secret access key',
      action({ linux: [`aws_secret_access_key = ${'wJalrXUtnFEMI/K7MDENG'.padEnd(40, 'x')}`] }),
      'action.linux[0]',
    ],
    [
      'a private key',
      script({ text: ['cat <<E\n-----BEGIN RSA', 'PRIVATE KEY-----\nE'].join(' ') }),
      'action.text',
    ],
    ['a password', action({ windows: ['$Password = "hunter2"'] }), 'action.windows[0]'],
    [
      'a password in an argument',
      script({ arguments: ['--db-password=hunter2'] }),
      'action.arguments[0]',
    ],
    [
      'a variable named for one',
      script({ environment: { DB_PASSWORD: 'hunter2' } }),
      'action.environment.DB_PASSWORD',
    ],
    [
      'a parameter named for one',
      document({ parameters: { Secret: ['hunter2'] } }),
      'action.parameters.Secret[0]',
    ],
  ])('is refused for what looks like %s, which is not repeated', (_what, input, path) => {
    const [problem, ...others] = problemsOf(input);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ path, message: expect.stringMatching(/^looks like /) });
    expect(problem?.remedy).toContain('Parameter Store');
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|AKIA|wJalr/);
  });

  it.each([
    ['a token of GitHub', `ghp_${'a'.repeat(36)}`],
    ['a token of GitHub', `github_pat_${'a'.repeat(22)}`],
    ['a token of GitLab', `glpat-${'a'.repeat(20)}`],
    ['a token of Slack', `xoxb-${'1'.repeat(12)}`],
    ['a token of npm', `npm_${'a'.repeat(36)}`],
    ['a key of Google', `AIza${'a'.repeat(35)}`],
    ['a key of Stripe', `sk_live_${'a'.repeat(24)}`],
    ['a key of an Azure account', `AccountKey=${'a'.repeat(86)}==`],
    ['a JSON Web Token', ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0In0', 'a'.repeat(43)].join('.')],
    ['a temporary key id', ['ASIA', 'IOSFODNN7EXAMPLE'].join('')],
    ['a secret key by another name', `SecretAccessKey: "${'wJalrXUt'.padEnd(40, 'x')}"`],
    ['an OpenSSH key', ['-----BEGIN OPENSSH', 'PRIVATE KEY-----'].join(' ')],
    ['an encrypted key', ['-----BEGIN ENCRYPTED', 'PRIVATE KEY-----'].join(' ')],
    ['a password in JSON', '{"password": "hunter2"}'],
    ['a password behind a flag', 'mysql --password hunter2'],
    ['a password in a URL', 'psql postgres://app:hunter2@db/app'],
    ['a password for curl', 'curl -s -u app:hunter2 https://example.org'],
    ['a bearer token', 'curl -H "Authorization: Bearer hunter2hunter2"'],
    ['a client secret', 'client_secret=hunter2hunter2'],
  ])('is refused for %s', (_what, text) => {
    for (const input of [
      action({ linux: ['true', text] }),
      script({ arguments: ['x', text] }),
      script({ environment: { X: text } }),
      script({ text: `true\n${text}` }),
      document({ parameters: { X: [text] } }),
      { ...GOOD, variables: { X: text } },
    ]) {
      const [problem, ...others] = problemsOf(input);
      expect(others).toEqual([]);
      expect(problem?.message).toMatch(/^looks like /);
    }
  });

  it.each([
    'curl -H "Authorization: Bearer $TOKEN" https://example.org',
    'curl -u "$USER:$PASS" https://example.org',
    'docker run -u 1000:1000 app',
    'git clone git@github.com:org/repo.git; ls http://host:8080/a@b',
    'TOKEN=$(curl -X PUT http://169.254.169.254/latest/api/token)',
    'mysql --password "$PASSWORD"; mysql --password --user x',
    'sha256sum -c <<< 0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f',
    'api_key="$API_KEY" secret_key=${SECRET} access_token=',
    'password=$(aws ssm get-parameter --name db --with-decryption)',
    'PASSWORD="$DB_PASSWORD"',
    'password=',
    'test "$password" = "" || [ "$PASSWORD" == x ]',
    'passwd -l nobody',
    'echo AKIAs are keys',
  ])('may speak of secrets: %s', (line) => {
    expect(problemsOf(action({ linux: [line] }))).toEqual([]);
  });

  it('may name where a secret is kept', () => {
    expect(problemsOf(script({ environment: { DB_PASSWORD_PARAMETER: '/db/pw' } }))).toEqual([]);
    expect(problemsOf(document({ parameters: { Password: ['{{ssm:pw}}'] } }))).toEqual([]);
  });

  it('fills in what a script leaves open, and takes any data', () => {
    const { action: parsed } = parseRequest(
      script({ text: '{{ kept }}', arguments: ['-n', '{{'] }),
    );
    expect(parsed).toEqual({
      type: 'script',
      text: '{{ kept }}',
      arguments: ['-n', '{{'],
      environment: {},
      secrets: {},
      delivery: 's3',
    });
  });

  it('may hold braces where they are kept', () => {
    expect(
      problemsOf(action({ linux: ["docker ps --format '{{.Names}}'"], braces: 'kept' })),
    ).toEqual([]);
  });

  it('is refused for all its problems at once', () => {
    const paths = problemsOf({
      action: { type: 'command', linux: ['{{'] },
      targets: { accounts: ['x'], regions: ['y'] },
      mode: 'z',
    }).map((p) => p.path);
    expect(paths).toEqual([
      'action.linux[0]',
      'targets.accounts[0]',
      'targets.regions[0]',
      'mode',
      'targets',
    ]);
  });

  it('has a JSON Schema that names its fields', () => {
    const schema = requestJsonSchema();
    expect(schema).toMatchObject({
      anyOf: [
        {
          properties: { targets: { properties: { accounts: { type: 'array' } } } },
          required: ['action', 'targets'],
        },
        { required: ['plan'] },
      ],
    });
  });
});
