/** `fleetwide approve` and `fleetwide reject`: what a person says about the wave that waits for it. */
import { keys } from '../../contract/names.ts';
import { Decision, Plan } from '../../contract/stored.ts';
import type { AddCommand, Cli } from '../command.ts';
import { CliError, EXIT, type Exit } from '../exit.ts';
import type { Hub } from '../hub.ts';
import { count } from '../text.ts';
import { type Question, questionOf } from '../waiting.ts';

interface Flags {
  readonly reason?: string;
  readonly wave?: string;
}

export const approve: AddCommand = (program, cli) => {
  program
    .command('approve')
    .description('let the wave go that waits for an approval')
    .argument('<id>', 'dispatch id')
    .option('--wave <n>', 'only if it is this one, from 1')
    .option('--reason <text>', 'for the report')
    .addHelpText('after', '\nExamples:\n  fleetwide approve restart-2026-11-21 --wave 2')
    .action(async (id: string, flags: Flags) => {
      cli.ends(await decided(cli, id, flags, true));
    });
};

export const reject: AddCommand = (program, cli) => {
  program
    .command('reject')
    .description('end the dispatch before the wave that waits for an approval')
    .argument('<id>', 'dispatch id')
    .requiredOption('--reason <text>', 'for the report')
    .option('--wave <n>', 'only if it is this one, from 1')
    .addHelpText(
      'after',
      '\nExamples:\n  fleetwide reject restart-2026-11-21 --reason "two of the first nodes are slow"',
    )
    .action(async (id: string, flags: Flags) => {
      cli.ends(await decided(cli, id, flags, false));
    });
};

async function decided(cli: Cli, id: string, flags: Flags, approved: boolean): Promise<Exit> {
  const { reason, wave } = flags;
  const hub = await cli.hub();
  const decision = Decision.safeParse({ approved, by: hub.arn, ...(reason && { reason }) });
  if (!decision.success)
    throw new CliError('--reason: give at most 1,000 characters', EXIT.request);
  const question = await waiting(hub, id);
  const number = question.wave + 1;
  if (wave !== undefined && wave !== String(number))
    throw new CliError(`--wave ${wave}: it is wave ${number} that waits`, EXIT.request);
  if (!(await hub.answer(question.token, decision.data)))
    throw new CliError(
      `wave ${number} of ${id} waits no more: it was decided, or its time is over`,
      EXIT.broken,
    );
  cli.show({ dispatch: id, wave: number, ...decision.data }, () =>
    approved
      ? `Wave ${number} of ${id} approved: ${count(question.nodes, 'node')}`
      : `Wave ${number} of ${id} rejected; it and those after it are not sent`,
  );
  return EXIT.succeeded;
}

async function waiting(hub: Hub, id: string): Promise<Question> {
  const { status } = await hub.execution(id);
  if (status !== 'RUNNING')
    throw new CliError(`dispatch ${id} waits for nothing: ${status}`, EXIT.request);
  const question = await questionOf(hub, id, await hub.find(Plan, keys.plan(id)));
  if (question) return question;
  throw new CliError(`dispatch ${id} asks for no approval at the moment`, EXIT.request);
}
