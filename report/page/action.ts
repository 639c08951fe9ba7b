import type { Request } from '../../contract/request.ts';

type Action = Request['action'];

/** What a dispatch ran, as a person would write it down. */
export function actionText(action: Action): string {
  if (action.type === 'command') return commandText(action);
  if (action.type === 'script') return [titleOf(action), '', action.text].join('\n');
  if (action.type === 'automation')
    return `${action.runbook}\n${JSON.stringify(action.parameters, null, 2)}`;
  return `${action.name}\n${JSON.stringify(action.parameters, null, 2)}`;
}

function commandText({ linux, windows }: Extract<Action, { type: 'command' }>): string {
  if (linux && windows)
    return ['# Linux and macOS', ...linux, '', '# Windows', ...windows].join('\n');
  return (linux ?? windows ?? []).join('\n');
}

const titleOf = ({ name, arguments: words }: Extract<Action, { type: 'script' }>): string =>
  [name, ...words.map((word) => JSON.stringify(word))].join(' ');
