import { Argument } from 'commander';
import type { AddCommand } from '../command.ts';
import { bash } from '../completion/bash.ts';
import { fish } from '../completion/fish.ts';
import { treeOf } from '../completion/tree.ts';
import { zsh } from '../completion/zsh.ts';

const SHELLS = { bash, zsh, fish };

export const completion: AddCommand = (program, cli) => {
  program
    .command('completion')
    .description('what a shell needs to complete fleetwide at Tab')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      `
Examples:
  fleetwide completion bash > ~/.local/share/bash-completion/completions/fleetwide
  fleetwide completion zsh > "\${fpath[1]}/_fleetwide"
  fleetwide completion fish > ~/.config/fish/completions/fleetwide.fish`,
    )
    .action((shell: keyof typeof SHELLS) => {
      const script = SHELLS[shell](treeOf(program));
      cli.show({ shell, script }, () => script.trimEnd());
    });
};
