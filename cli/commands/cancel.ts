import { cancelled } from '../cancelled.ts';
import type { AddCommand } from '../command.ts';

export const cancel: AddCommand = (program, cli) => {
  program
    .command('cancel')
    .description('stop a dispatch, end what it runs on its nodes, and report')
    .argument('<id>', 'dispatch id')
    .addHelpText('after', '\nExamples:\n  fleetwide cancel restart-2026-11-21')
    .action(async (id: string) => {
      cli.ends(await cancelled(cli, await cli.hub(), id));
    });
};
