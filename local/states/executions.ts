import type { Execution, Machine } from './execution.ts';
import type { MapRun } from './mapRun.ts';

/** Everything that exists, by ARN, in the order in which it came to be. */
export class Executions {
  readonly machines = new Map<string, Machine>();
  readonly executions = new Map<string, Execution>();
  readonly mapRuns = new Map<string, MapRun>();
  #order = 0;

  nextOrder(): number {
    return this.#order++;
  }
}
