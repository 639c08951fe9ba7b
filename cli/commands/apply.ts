import { parseStart } from '../../contract/request.ts';
import type { AddCommand } from '../command.ts';
import { dispatched, type StartFlags, withStart } from '../dispatch.ts';

interface Flags extends StartFlags {
  readonly requester?: string;
}

export const apply: AddCommand = (program, cli) => {
  withStart(
    program
      .command('apply')
      .description('run what a plan has frozen, or say what has moved since')
      .argument('<plan>', 'id of the dispatch that planned')
      .option('--requester <name>', 'who asks (default: the caller)'),
  )
    .addHelpText(
      'after',
      `
Examples:
  fleetwide apply restart-plan
  fleetwide apply restart-plan --name restart-2026-11-21 --yes`,
    )
    .action(async (plan: string, flags: Flags) => {
      const { requester } = await cli.settings({ requester: flags.requester });
      const request = (caller: string) =>
        parseStart({ plan, requester: requester?.value ?? caller });
      // What is wrong with it is said before anything is asked of AWS.
      request('caller');
      cli.ends(await dispatched(cli, flags, (_hub, caller) => Promise.resolve(request(caller))));
    });
};
