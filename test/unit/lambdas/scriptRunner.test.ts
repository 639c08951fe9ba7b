/** What a script action is sent as, executed by a real sh as the agent does: data must arrive as data. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ScriptAction } from '../../../contract/actions/script.ts';
import { sha256 } from '../../../lambdas/shared/action.ts';
import type { Program } from '../../../lambdas/shared/actions/program.ts';
import { inlineCommands, remoteCommandLine } from '../../../lambdas/shared/actions/scriptRunner.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'fleetwide-runner-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Writes what it gets, each with a NUL behind it. */
const ECHO = '#!/bin/sh\nprintf "%s\\0" "$VALUE" "$@"\n';

type Script = Program & { readonly text: string };

function script(change: object): Script {
  const {
    text = '',
    name = '',
    ...action
  } = ScriptAction.parse({
    type: 'script',
    name: 'echo.sh',
    text: ECHO,
    ...change,
  });
  const place = { region: 'eu-west-1', timeoutSeconds: 60 };
  return { ...action, ...place, text, name, sha256: sha256(text) };
}

/** As the agent runs it: the lines as one file, in a directory that holds the download. */
function run(
  lines: readonly string[],
  { name, text }: Script,
  PATH = process.env['PATH'] ?? '',
): string {
  writeFileSync(join(directory, name), text);
  const path = join(directory, '_script.sh');
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o700 });
  return execFileSync('/bin/sh', ['-c', path], {
    cwd: directory,
    env: { PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf-8',
  });
}

const remote = (action: Script) => [remoteCommandLine(action)];
const inline = (action: Script) => inlineCommands(action);

/** Any text that a process can be given, with those that shells and Systems Manager look at among them. */
const data = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          "'",
          '"',
          '$(touch pwned)',
          '`touch pwned`',
          '\n',
          ';',
          '{{ commandLine }}',
          '{{ssm:x}}',
          '\\',
          '-',
          '--',
          '$HOME',
          '!',
          '*',
          ' ',
          '&',
          '|',
          '<',
          '>',
          '#',
          '%s',
          '✓',
          '\r',
          '\t',
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join('')),
  )
  .map((text) => text.replaceAll('\0', '').toWellFormed());

describe.each([
  ['AWS-RunRemoteScript', remote],
  ['AWS-RunShellScript', inline],
])('a script sent through %s', (_document, encoded) => {
  it('gets any arguments and environment byte for byte, and nothing else runs', () => {
    fc.assert(
      fc.property(fc.array(data, { maxLength: 4 }), data, (values, value) => {
        const action = script({ arguments: values, environment: { VALUE: value } });
        expect(run(encoded(action), action)).toBe([value, ...values].map((v) => `${v}\0`).join(''));
        expect(readdirSync(directory).toSorted()).toEqual(['_script.sh', 'echo.sh']);
      }),
      { numRuns: 60 },
    );
  });

  it('shows Systems Manager nothing that it or the shell could read anything into', () => {
    fc.assert(
      fc.property(fc.array(data), data, data, (values, value, text) => {
        const action = script({
          text: `#${text}`,
          arguments: values,
          environment: { VALUE: value },
        });
        for (const line of encoded(action)) expect(line).not.toMatch(/\{\{|\n/);
      }),
    );
  });

  it('any text of it arrives whole', () => {
    fc.assert(
      fc.property(data, (text) => {
        const action = script({ text: `#!/bin/cat\n${text}` });
        expect(run(encoded(action), action)).toBe(action.text);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps a PATH of the request to the script', () => {
    const action = script({
      text: 'echo "$PATH"',
      interpreter: '/bin/sh',
      environment: { PATH: '/nowhere' },
    });
    expect(run(encoded(action), action)).toBe('/nowhere\n');
  });
});

it('does not execute a download that is not the script', () => {
  const action = script({});
  const lines = [remoteCommandLine({ ...action, sha256: sha256('another') })];
  expect(() => run(lines, action)).toThrow(/SHA-256 of .*echo\.sh is .* expected .*: not executed/);
  const missing = script({ name: 'missing.sh' });
  expect(() => run(remote(missing), action)).toThrow(/missing\.sh is not there: not executed/);
});

it('leaves nothing behind of a script that was sent within the command', () => {
  const action = script({ text: 'echo "$0"' });
  const path = run(inline(action), action).trim();
  expect(path).toMatch(/\/echo\.sh$/);
  expect(() => readFileSync(path)).toThrow(/ENOENT/);
});

describe('secrets', () => {
  const secrets = {
    TOKEN: { secret: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:app/token-AbCdEf' },
  };
  const withSecrets = () => script({ text: 'printf %s "$TOKEN"', secrets });
  const shim = (text: string) => {
    const bin = join(directory, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'aws'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return bin;
  };

  it('of Secrets Manager are asked for by name in their Region, and keep their line breaks', () => {
    const bin = shim('printf "%s " "$@" > "$0.words"; printf "a\\n\\nb\\n\\n"');
    const action = withSecrets();
    const said = run(remote(action), action, `${bin}:${process.env['PATH']}`);
    // The CLI ends what it prints with a line break of its own.
    expect(said).toBe('a\n\nb\n');
    expect(readFileSync(join(bin, 'aws.words'), 'utf-8')).toBe(
      `secretsmanager get-secret-value --region us-east-1 --secret-id ${secrets.TOKEN.secret} --query SecretString --output text `,
    );
  });

  it('that cannot be read stop the script, whatever the CLI printed before', () => {
    const bin = shim('echo half; exit 254');
    const action = withSecrets();
    expect(() => run(remote(action), action, `${bin}:${process.env['PATH']}`)).toThrow(
      /TOKEN: secret arn:.* cannot be read by this node: not executed/,
    );
  });

  it('take the AWS CLI, and say so where there is none', () => {
    const action = withSecrets();
    const bin = join(directory, 'few');
    mkdirSync(bin, { recursive: true });
    for (const tool of ['base64', 'sha256sum', 'cut', 'chmod'])
      symlinkSync(
        execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf-8' }).trim(),
        join(bin, tool),
      );
    expect(() => run(remote(action), action, bin)).toThrow(
      /secrets are read with the AWS CLI, which this node does not have: not executed/,
    );
  });
});
