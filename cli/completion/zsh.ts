/** Completion for zsh, in the manner of the one for bash. */
import { placeOf } from './bash.ts';
import { type Known, type KnownOption, valued } from './tree.ts';

export const zsh = (tree: readonly Known[]): string => `#compdef fleetwide
# fleetwide completion for zsh
_fleetwide() {
  local at= i
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      --) return ;;
      ${valued(tree).join('|')}) ((i++)) ;;
      *)
        case "$at $words[i]" in
          ${tree
            .filter((k) => k.path !== '')
            .map((k) => `"${placeOf(k.path)}"`)
            .join('|')}) at="$at $words[i]" ;;
        esac
        ;;
    esac
  done
  local prev=$words[CURRENT-1]
  local -a commands options
  case "$at" in
${tree.map(branch).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o option options
  else
    _describe command commands
  fi
}
if [[ $funcstack[1] == _fleetwide ]]; then _fleetwide "$@"; else compdef _fleetwide fleetwide; fi
`;

function branch({ path, commands, options, choices }: Known): string {
  const others = options.filter((o) => o.value === 'other').map((o) => o.long);
  return [
    `    "${placeOf(path)}")`,
    '      case $prev in',
    ...options.flatMap(valuesOf),
    ...(others.length > 0 ? [`        ${others.join('|')}) return ;;`] : []),
    '      esac',
    `      commands=(${[...commands.map((c) => item(c.name, c.description)), ...choices.map((c) => quoted(c))].join(' ')})`,
    `      options=(${options.map((o) => item(o.long, o.description)).join(' ')})`,
    '      ;;',
  ].join('\n');
}

function valuesOf({ long, value }: KnownOption): string[] {
  if (value === 'file') return [`        ${long}) _files; return ;;`];
  return typeof value === 'object'
    ? [`        ${long}) compadd -- ${value.join(' ')}; return ;;`]
    : [];
}

const item = (name: string, description: string): string =>
  quoted(`${name}:${description.replaceAll(':', '\\:')}`);

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
