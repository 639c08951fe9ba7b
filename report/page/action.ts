import { copyName } from '../../contract/actions/copy.ts';
import type { S3Object } from '../../contract/actions/object.ts';
import { scriptName } from '../../contract/actions/script.ts';
import type { Request } from '../../contract/request.ts';

type Action = Request['action'];

/** What a dispatch ran, as a person would write it down. */
export function actionText(action: Action): string {
  if (action.type === 'command') return commandText(action);
  if (action.type === 'script')
    return [titleOf(action), '', action.text ?? objectText(action.object)].join('\n');
  if (action.type === 'copy') return copyText(action);
  if (action.type === 'fetch')
    return ['fetch', action.linux, action.windows].filter((part) => part !== undefined).join(' ');
  if (action.type === 'automation')
    return `${action.runbook}\n${JSON.stringify(action.parameters, null, 2)}`;
  return `${action.name}\n${JSON.stringify(action.parameters, null, 2)}`;
}

function commandText({ linux, windows }: Extract<Action, { type: 'command' }>): string {
  if (linux && windows)
    return ['# Linux and macOS', ...linux, '', '# Windows', ...windows].join('\n');
  return (linux ?? windows ?? []).join('\n');
}

function copyText(action: Extract<Action, { type: 'copy' }>): string {
  const { text, object, linux, windows, directory } = action;
  const to = [linux?.path, windows?.path].filter((path) => path !== undefined);
  return [
    `copy ${copyName(action)} to ${to.join(' and ')}${directory ? ' (a directory)' : ''}`,
    '',
    text ?? (object ? objectText(object) : '# bytes of the request'),
  ].join('\n');
}

const objectText = (object?: S3Object): string =>
  `# ${object?.uri ?? ''}\n# SHA-256 ${object?.sha256 ?? 'unknown'}`;

const titleOf = (action: Extract<Action, { type: 'script' }>): string =>
  [scriptName(action), ...action.arguments.map((word) => JSON.stringify(word))].join(' ');
