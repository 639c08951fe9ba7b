import { Option } from 'commander';
import { keys } from '../../contract/names.ts';
import { OUTCOMES, type Outcome } from '../../contract/outcomes.ts';
import type { RequestInput } from '../../contract/request.ts';
import { StoredRequest } from '../../contract/stored.ts';
import type { AddCommand, Cli } from '../command.ts';
import { dispatched, type StartFlags, withStart } from '../dispatch.ts';
import { CliError, EXIT, type Exit } from '../exit.ts';
import { listOf } from '../requests.ts';

interface Flags extends StartFlags {
  readonly failed?: boolean;
  readonly outcomes?: string;
  readonly requester?: string;
  readonly startAfter?: string;
  readonly stopSendingAfter?: string;
}

export const rerun: AddCommand = (program, cli) => {
  withStart(
    program
      .command('rerun')
      .description(
        'the request of a former dispatch again: on all its targets, or where it did not succeed',
      )
      .argument('<id>', 'dispatch id')
      .option('--failed', 'only on nodes where it did not succeed; not where that is unknown')
      .addOption(
        new Option(
          '--outcomes <list>',
          `only on nodes where it ended so: some of ${OUTCOMES.join(', ')}`,
        ).conflicts('failed'),
      )
      .option('--start-after <time>', 'another window: no wave before then')
      .option('--stop-sending-after <time>', 'another window: nothing is sent after that')
      .option('--requester <name>', 'who asks (default: the caller)'),
  )
    .addHelpText(
      'after',
      `
A node whose outcome is unknown may have run the command: it is sent again only with --outcomes unknown.
The window of the former dispatch holds, unless another one is given; its dedupe key does not.

Examples:
  fleetwide rerun restart-2026-11-21 --failed
  fleetwide rerun restart-2026-11-21 --outcomes timedOut,undeliverable --yes`,
    )
    .action(async (id: string, flags: Flags) => {
      cli.ends(await again(cli, id, flags));
    });
};

async function again(cli: Cli, id: string, flags: Flags): Promise<Exit> {
  const outcomes = outcomesOf(flags);
  return dispatched(cli, flags, async (hub, requester) => {
    const stored = await hub.find(StoredRequest, keys.request(id));
    if (!stored) {
      const { status } = await hub.execution(id);
      throw new CliError(`dispatch ${id} has no request (${status})`, EXIT.broken);
    }
    // The turn of a schedule, and a key that tells starts apart, are those of the dispatch that had them.
    const { schedule: _turn, dedupe: _key, ...request } = stored.request;
    const { startAfter, stopSendingAfter } = flags;
    const window = {
      ...(startAfter !== undefined && { startAfter }),
      ...(stopSendingAfter !== undefined && { stopSendingAfter }),
    };
    return {
      ...request,
      mode: 'run',
      requester: flags.requester ?? requester,
      ...(Object.keys(window).length > 0 && { window }),
      ...(outcomes && { targets: { from: { dispatch: id, outcomes } } }),
    } satisfies RequestInput;
  });
}

function outcomesOf({ failed, outcomes }: Flags): Outcome[] | undefined {
  if (failed) return OUTCOMES.filter((o) => o !== 'succeeded' && o !== 'unknown');
  if (outcomes === undefined) return undefined;
  return listOf(outcomes).map((word) => {
    const found = OUTCOMES.find((outcome) => outcome === word);
    if (found) return found;
    throw new CliError(
      `--outcomes "${word}": expected some of ${OUTCOMES.join(', ')}`,
      EXIT.request,
    );
  });
}
