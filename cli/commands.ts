/** All commands, in the order of --help. */
import type { AddCommand } from './command.ts';
import { cancel } from './commands/cancel.ts';
import { completion } from './commands/completion.ts';
import { config } from './commands/config.ts';
import { diff } from './commands/diff.ts';
import { doctor } from './commands/doctor.ts';
import { list } from './commands/list.ts';
import { local } from './commands/local.ts';
import { logs } from './commands/logs.ts';
import { report } from './commands/report.ts';
import { results } from './commands/results.ts';
import { run } from './commands/run.ts';
import { status } from './commands/status.ts';

export const COMMANDS: readonly AddCommand[] = [
  run,
  status,
  cancel,
  list,
  report,
  results,
  logs,
  diff,
  doctor,
  config,
  local,
  completion,
];
