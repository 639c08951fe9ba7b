import { isOver, type Run } from './execution.ts';

/** The executions of all accounts and Regions. */
export class Runs {
  readonly #shards = new Map<string, Run[]>();
  readonly #byId = new Map<string, Run>();

  of({ account, region }: { readonly account: string; readonly region: string }): readonly Run[] {
    return this.#shards.get(`${account}/${region}`) ?? [];
  }

  add(run: Run): void {
    const key = `${run.account}/${run.region}`;
    this.#shards.set(key, [...(this.#shards.get(key) ?? []), run]);
    this.#byId.set(run.id, run);
  }

  /** One of that place, as soon as reads see it. */
  find(
    place: { readonly account: string; readonly region: string },
    id: string,
    now: number,
  ): Run | undefined {
    const run = this.#byId.get(id);
    const there = run?.account === place.account && run.region === place.region;
    return there && run.visibleAt <= now ? run : undefined;
  }

  *open(): Iterable<Run> {
    for (const run of this.#byId.values()) if (!isOver(run)) yield run;
  }
}
