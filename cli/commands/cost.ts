/** `fleetwide cost`: what the configuration costs a month, before it is deployed. */
import { type AddCommand, type Cli, several } from '../command.ts';
import { readConfigFile } from '../configFile.ts';
import { type Assumptions, type Cost, costOf, type Item } from '../cost/cost.ts';
import { BY_USE, HOURS } from '../cost/prices.ts';
import { CliError, EXIT } from '../exit.ts';
import { bold, table } from '../text.ts';

interface Flags {
  readonly config?: string;
  readonly accounts?: readonly string[];
  readonly zones: string;
}

export const cost: AddCommand = (program, cli) => {
  program
    .command('cost')
    .description('what the configuration will cost a month, with the sums and the price pages')
    .option('--config <file>', 'the configuration (default: the nearest)')
    .option(
      '--accounts <unit=number>',
      'how many accounts an organizational unit has, or "organization" (default: 1); repeatable',
      several,
    )
    .option('--zones <number>', 'Availability Zones in which a VPC has endpoints', '2')
    .addHelpText(
      'after',
      `
It reads the configuration alone, and asks nobody. Prices are those of us-east-1, free allowances are not taken off.

Examples:
  fleetwide cost
  fleetwide cost --accounts ou-ab12-11111111=40 --accounts ou-ab12-22222222=5 --zones 3
  fleetwide cost --config fleetwide.config.json --json`,
    )
    .action(async (flags: Flags) => {
      const config = await readConfigFile(flags.config, process.env, process.cwd());
      const assumptions = assumptionsOf(flags);
      const found = costOf(config, assumptions);
      const places = new Set(found.items.map(({ where }) => where));
      for (const unit of assumptions.accounts.keys())
        if (!places.has(unit))
          throw new CliError(
            `--accounts: ${unit} is none whose VPCs get endpoints; only their number matters to the price`,
            EXIT.request,
          );
      show(cli, found, assumptions);
      cli.ends(EXIT.succeeded);
    });
};

function assumptionsOf({ accounts = [], zones }: Flags): Assumptions {
  return {
    zones: whole('--zones', zones),
    accounts: new Map(
      accounts.map((text) => {
        const [unit = '', number = ''] = text.split('=');
        if (unit === '')
          throw new CliError(`--accounts "${text}": expected unit=number`, EXIT.request);
        return [unit, whole('--accounts', number)];
      }),
    ),
  };
}

function whole(flag: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new CliError(`${flag} "${text}": expected a whole number from 1`, EXIT.request);
}

function show(cli: Cli, found: Cost, { zones }: Assumptions): void {
  const json = {
    currency: 'USD',
    pricesOf: 'us-east-1',
    hours: HOURS,
    zones,
    ...found,
    byUse: BY_USE,
  };
  cli.show(json, () => textOf(found));
}

function textOf({ items, total, nat, natTotal, guessed }: Cost): string {
  const sources = new Set([...items, ...nat].map(({ price }) => price.source));
  return [
    'A month, when nothing is dispatched; list prices of us-east-1, free allowances not taken off:',
    table([...items.map(cells), ['', bold('together'), '', bold(dollars(total))]]),
    ...(nat.length > 0
      ? [
          '',
          'Instead of the endpoints, the same VPCs with a NAT gateway in each zone:',
          table([...nat.map(cells), ['', bold('together'), '', bold(dollars(natTotal))]]),
        ]
      : []),
    ...items.flatMap(({ what, note }) => (note === undefined ? [] : [`  ${what}: ${note}`])),
    ...guessed.map(
      (where) => `  ${where}: taken to be 1 account; --accounts ${where}=<number> says how many`,
    ),
    '',
    'Roles, functions, state machines, buckets, queues, topics, rules, schedules and stack sets cost nothing by themselves.',
    'By use:',
    table(BY_USE.map(({ what, dollars: price, unit }) => [what, `$${plain(price)} / ${unit}`])),
    '',
    'Prices of November 2026; these pages have those of today:',
    ...[...new Set([...sources, ...BY_USE.map(({ source }) => source)])].map(
      (source) => `  ${source}`,
    ),
  ].join('\n');
}

const cells = ({ where, what, factors, price, monthly }: Item): string[] => [
  where,
  what,
  `${factors.map(({ count, of }) => `${count.toLocaleString('en-US')} ${of}`).join(' × ')} × $${plain(price.dollars)}`,
  dollars(monthly),
];

const plain = (number: number): string =>
  number.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 10 });

const dollars = (number: number): string =>
  `$${number.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
