import { parseStart } from '../../contract/request.ts';
import type { AddCommand } from '../command.ts';
import { checkName, requesterOf, started } from './run.ts';

interface Flags {
  readonly requester?: string;
  readonly name?: string;
  readonly detach?: boolean;
}

export const apply: AddCommand = (program, cli) => {
  program
    .command('apply')
    .description('run what a dispatch with --plan has frozen, or say what has moved since')
    .argument('<plan>', 'id of the dispatch that planned')
    .option('--requester <name>', 'who asks (default: the caller)')
    .option('--name <id>', 'dispatch id (default: made up)')
    .option('--detach', 'start and do not follow')
    .addHelpText('after', '\nExamples:\n  fleetwide apply restart-plan --name restart-2026-11-21')
    .action(async (plan: string, flags: Flags) => {
      checkName(flags.name);
      const request = (requester: string) => parseStart({ plan, requester });
      // What is wrong with it is said before anything is asked of AWS.
      request(flags.requester ?? 'caller');
      const hub = await cli.hub();
      cli.ends(await started(cli, hub, flags, request(flags.requester ?? requesterOf(hub.caller))));
    });
};
