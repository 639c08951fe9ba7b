import type { AddCommand } from '../command.ts';
import { init, type InitFlags } from '../configInit.ts';
import { EXIT } from '../exit.ts';
import { type Name, NAMES, SETTINGS } from '../settings.ts';
import { table } from '../text.ts';

/** What holds where nothing is said, if it is not the SDK that knows. */
const ELSEWHERE: Partial<Record<Name, string>> = {
  endpoint: 'nowhere: AWS itself',
  requester: 'nowhere: the caller',
  hub: 'nowhere: the account of the credentials',
  regions: 'nowhere: --regions has to be given',
};

export const config: AddCommand = (program, cli) => {
  const group = program
    .command('config')
    .description('what the command line goes by, and the configuration that is deployed')
    .addHelpText(
      'after',
      `
What is said twice: a flag beats the environment, that beats the nearest fleetwide.config.json from here
upwards (or the one that FLEETWIDE_CONFIG names), and that beats ~/.config/fleetwide/config.json. What is
said nowhere is left to the AWS SDK: ~/.aws/config, the instance's role and so on.

${table(
  [
    ['setting', 'variables', ''],
    ...NAMES.map((name) => [name, SETTINGS[name].variables.join(', '), SETTINGS[name].about]),
  ],
  '  ',
)}

Examples:
  fleetwide config init
  fleetwide config show --origin`,
    );

  group
    .command('show')
    .description('the settings in force')
    .option('--origin', 'with the flag, variable or file that each comes from')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide config show --origin
  fleetwide config show --json`,
    )
    .action(async (flags: { origin?: boolean }) => {
      const settings = await cli.settings();
      const cells = NAMES.map((name) => {
        const { value = '', origin = ELSEWHERE[name] ?? 'nowhere: as the AWS SDK finds it' } =
          settings[name] ?? {};
        return [name, value || '-', ...(flags.origin ? [origin] : [])];
      });
      cli.show(settings, () => table(cells, ''));
      cli.ends(EXIT.succeeded);
    });

  group
    .command('init')
    .description('write a fleetwide.config.json: what is not said by flags is asked for')
    .option('--hub <account>', 'the account that dispatches')
    .option('--home <region>', 'its home Region')
    .option('--regions <regions>', 'Regions to dispatch to, separated by commas')
    .option('--organization <id>', 'the organisation whose accounts are trusted, o-…')
    .option('--units <ids>', 'OUs or roots of it whose accounts become spokes, separated by commas')
    .option('--accounts <ids>', 'without an organisation: the accounts, separated by commas')
    .option('--output <file>', 'where to write it', 'fleetwide.config.json')
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      `
Examples:
  fleetwide config init
  fleetwide config init --hub 111122223333 --home eu-west-1 --regions eu-west-1,us-east-1 \\
    --organization o-a1b2c3d4e5 --units ou-ab12-cd34ef56`,
    )
    .action(async (flags: InitFlags) => {
      cli.ends(await init(cli, flags));
    });
};
