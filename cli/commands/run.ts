import type { Command } from 'commander';
import type { AddCommand } from '../command.ts';
import { dispatched, planned, withStart } from '../dispatch.ts';
import { withAction, withRollout, withTargets } from '../flags.ts';
import { type Flags, requestOf } from '../requestOf.ts';

export const run: AddCommand = (program, cli) => {
  withStart(withRequest(program.command('run')))
    .description('dispatch a command, script, file or document and follow it to its end')
    .option('--plan', 'stop when it is known what would run where')
    .addHelpText(
      'after',
      `
Before anything is sent the plan is shown and you are asked. Ctrl-C asks whether
to detach or to cancel. With --json: events, one JSON object a line, the last one with the report.

Examples:
  fleetwide run --accounts ou:Prod --regions eu-west-1,us-east-1 --tag Role=web -- systemctl restart nginx
  fleetwide run --request restart.yaml --plan
  fleetwide run --accounts 111122223333 --regions eu-west-1 --all-nodes --script ./x.sh -- 'a b' c
  fleetwide run --accounts 111122223333 --regions eu-west-1 --tag Role=web \\
    --copy app.conf:/etc/app.conf --owner root:app --mode 0640
  fleetwide run --accounts 111122223333 --regions eu-west-1 --tag Role=web \\
    --fetch /var/log/app.log --name logs-of-today
  fleetwide run --accounts organization --tag Patch=weekly --document AWS-RunPatchBaseline \\
    --parameter Operation=Scan --yes
  fleetwide run --accounts 111122223333 --all-nodes --waves 1,10%,100% --max-errors 0 \\
    -- 'systemctl restart nginx && systemctl is-active nginx'`,
    )
    .action(async (command: string[], flags: Flags) => {
      const of = await requestOf(cli, flags, command);
      cli.ends(
        flags.plan
          ? await planned(cli, flags, of)
          : await dispatched(cli, flags, of, ', or --plan to see what would be sent'),
      );
    });
};

export const plan: AddCommand = (program, cli) => {
  withRequest(program.command('plan'))
    .description('what run would send where; nothing is sent')
    .option('--name <id>', 'dispatch id (default: made up)')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide plan --name restart --accounts ou:Prod --tag Role=web --waves 1,5%,100% -- systemctl restart nginx
  fleetwide plan --request restart.yaml`,
    )
    .action(async (command: string[], flags: Flags) => {
      cli.ends(await planned(cli, flags, await requestOf(cli, flags, command)));
    });
};

const withRequest = (command: Command): Command =>
  withRollout(withTargets(withAction(command))).option(
    '--request <file>',
    'the request as a JSON or YAML file (- for standard input), instead of the flags above',
  );
