/**
 * Completion for bash, written out: pressing Tab asks nothing of anybody and runs nothing of what was typed,
 * which here may be a command for a whole fleet. Behind `--` stands that command, so nothing is offered.
 */
import { type Known, valued } from './tree.ts';

export const bash = (tree: readonly Known[]): string => `# fleetwide completion for bash
_fleetwide() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      --) return ;;
      ${valued(tree).join('|')}) ((i++)) ;;
      *)
        case "$at \${COMP_WORDS[i]}" in
          ${children(tree).join('|')}) at="$at \${COMP_WORDS[i]}" ;;
        esac
        ;;
    esac
  done
  local words=
  case "$at" in
${tree.map(branch).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _fleetwide fleetwide
`;

/** As the script holds them: each name with a blank in front. */
export const placeOf = (path: string): string => (path === '' ? '' : ` ${path}`);

const children = (tree: readonly Known[]): string[] =>
  tree.filter((k) => k.path !== '').map((k) => `"${placeOf(k.path)}"`);

function branch({ path, commands, options, choices }: Known): string {
  const files = options.filter((o) => o.value === 'file').map((o) => o.long);
  const others = options.filter((o) => o.value === 'other').map((o) => o.long);
  const words = [...commands.map((c) => c.name), ...choices, ...options.map((o) => o.long)];
  return [
    `    "${placeOf(path)}")`,
    '      case $prev in',
    ...options.flatMap(({ long, value }) =>
      typeof value === 'object'
        ? [`        ${long}) COMPREPLY=($(compgen -W "${value.join(' ')}" -- "$cur")); return ;;`]
        : [],
    ),
    ...(files.length > 0
      ? [
          `        ${files.join('|')}) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;`,
        ]
      : []),
    ...(others.length > 0 ? [`        ${others.join('|')}) return ;;`] : []),
    '      esac',
    `      words="${words.join(' ')}"`,
    '      ;;',
  ].join('\n');
}
