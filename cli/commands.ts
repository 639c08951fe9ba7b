/** All commands, in the order of --help. */
import type { AddCommand } from './command.ts';
import { apply } from './commands/apply.ts';
import { cancel } from './commands/cancel.ts';
import { completion } from './commands/completion.ts';
import { config } from './commands/config.ts';
import { approve, reject } from './commands/decide.ts';
import { cost } from './commands/cost.ts';
import { diff } from './commands/diff.ts';
import { doctor } from './commands/doctor.ts';
import { files } from './commands/files.ts';
import { list } from './commands/list.ts';
import { local } from './commands/local.ts';
import { logs } from './commands/logs.ts';
import { nodes } from './commands/nodes.ts';
import { rerun } from './commands/rerun.ts';
import { report } from './commands/report.ts';
import { results } from './commands/results.ts';
import { plan, run } from './commands/run.ts';
import { schedule } from './commands/schedule.ts';
import { status } from './commands/status.ts';

export const COMMANDS: readonly AddCommand[] = [
  run,
  plan,
  apply,
  rerun,
  nodes,
  approve,
  reject,
  status,
  cancel,
  list,
  report,
  results,
  logs,
  files,
  diff,
  schedule,
  doctor,
  cost,
  config,
  local,
  completion,
];
