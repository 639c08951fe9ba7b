/** Carries commands out: spreads them over the nodes, takes the answers, ends them. */
import type { Clock } from '../../core/clock.ts';
import { Agenda, type Fleet, isReachable, type JobResult, type Node } from '../../fleet/index.ts';
import type { Command, Details, Invocation } from './command.ts';
import { Ramp } from './ramp.ts';
import { isComplete, isFinal, overBudget, share } from './status.ts';
import { ACKNOWLEDGE_MS, CANCEL_MS, DISPATCH_MS, RESOLVE_MS } from './timing.ts';

export interface Recipient {
  readonly node: Node;
  /** The caller may not send to it. */
  readonly denied: boolean;
}

/** A command that is not over. */
interface Run {
  readonly command: Command;
  readonly ramp: Ramp;
  /** Not sent yet. */
  readonly waiting: Set<Invocation>;
  /** Sent and not over: what MaxConcurrency limits. */
  running: number;
  cancelExpiry: () => void;
}

export interface EngineDeps {
  readonly clock: Clock;
  readonly fleet: Fleet;
}

const RESULTS: Readonly<Record<JobResult['status'], Details>> = {
  Success: 'Success',
  Failed: 'Failed',
  TimedOut: 'ExecutionTimedOut',
  Cancelled: 'Cancelled',
};

export class Engine {
  readonly #clock: Clock;
  readonly #fleet: Fleet;
  readonly #agenda: Agenda;
  readonly #runs = new Map<Command, Run>();
  /** What to do as soon as a node can be reached again. */
  readonly #onReturn = new Map<string, (() => void)[]>();

  constructor({ clock, fleet }: EngineDeps) {
    this.#clock = clock;
    this.#fleet = fleet;
    this.#agenda = new Agenda(clock);
    fleet.subscribe((node) => {
      if (!isReachable(node)) return;
      const todo = this.#onReturn.get(node.id) ?? [];
      this.#onReturn.delete(node.id);
      for (const act of todo) this.#agenda.after(ACKNOWLEDGE_MS, act);
    });
  }

  /** `resolve` is called when the nodes must be known: at once for node ids, later for tags. */
  start(command: Command, resolve: () => readonly Recipient[], targeted: boolean): void {
    const cancelExpiry = this.#agenda.after(command.expiresAt - this.#clock.now(), () =>
      this.#expire(command),
    );
    const begin = () => {
      const run = this.#open(command, resolve(), cancelExpiry);
      this.#endIfComplete(run);
      return run;
    };
    if (targeted) this.#agenda.after(RESOLVE_MS, () => this.#pump(begin()));
    else {
      const run = begin();
      this.#agenda.after(DISPATCH_MS, () => this.#pump(run));
    }
  }

  /** Without `ids` the whole command. Best effort, as on AWS: what is over stays as it is. */
  cancel(command: Command, ids: readonly string[]): void {
    const run = this.#runs.get(command);
    if (ids.length === 0 && !isComplete(command)) command.cancelled = true;
    if (!run) return;
    const chosen = ids.length > 0 ? ids : [...command.invocations.keys()];
    for (const id of chosen) {
      const invocation = command.invocations.get(id);
      if (invocation) this.#cancelOne(run, invocation);
    }
    this.#pump(run);
  }

  close(): void {
    this.#agenda.close();
  }

  #open(command: Command, recipients: readonly Recipient[], cancelExpiry: () => void): Run {
    for (const { node, denied } of recipients)
      command.invocations.set(node.id, {
        command,
        nodeId: node.id,
        nodeName: node.computerName,
        denied,
        details: command.cancelled ? 'Cancelled' : 'Pending',
        sent: false,
        unanswered: false,
      });
    command.targetsKnown = true;
    command.tally.set(command.cancelled ? 'Cancelled' : 'Pending', recipients.length);
    const ramp = new Ramp(Math.max(1, share(command.maxConcurrency, recipients.length)));
    const waiting = new Set(command.cancelled ? [] : command.invocations.values());
    const run = { command, ramp, waiting, running: 0, cancelExpiry };
    this.#runs.set(command, run);
    return run;
  }

  /** Sends as much as may go out now. */
  #pump(run: Run): void {
    if (this.#clock.now() >= run.command.deliverBy) return;
    for (const invocation of run.waiting) {
      const end = this.#undeliverable(invocation);
      if (end) {
        run.waiting.delete(invocation);
        this.#finish(run, invocation, end);
        continue;
      }
      if (!run.ramp.take(run.running)) return;
      run.waiting.delete(invocation);
      run.running++;
      invocation.sent = true;
      invocation.unanswered = true;
      this.#agenda.after(ACKNOWLEDGE_MS, () => this.#deliver(run, invocation));
    }
  }

  /** Why the invocation ends before anything is sent. None of these counts against MaxErrors. */
  #undeliverable({ denied, nodeId, command }: Invocation): Details | undefined {
    if (denied) return 'AccessDenied';
    const node = this.#fleet.find(nodeId);
    // Tags also match nodes that are stopped; node ids are checked at the call.
    if (!node?.managed || node.state !== 'running') return 'Undeliverable';
    return command.document.platformTypes.includes(node.platformType)
      ? undefined
      : 'InvalidPlatform';
  }

  #deliver(run: Run, invocation: Invocation): void {
    if (isFinal(invocation.details)) return;
    const node = this.#fleet.find(invocation.nodeId);
    if (node && isReachable(node)) {
      if (this.#clock.now() < run.command.deliverBy) this.#execute(run, invocation, node);
    } else {
      this.#set(invocation, 'Delayed');
      this.#whenBack(invocation.nodeId, () => this.#deliver(run, invocation));
    }
    this.#answered(run, invocation);
    this.#pump(run);
  }

  #execute(run: Run, invocation: Invocation, node: Node): void {
    const abort = new AbortController();
    invocation.abort = abort;
    invocation.startedAt = this.#clock.now();
    this.#set(invocation, 'InProgress');
    const { document, resolved, id, output } = run.command;
    const settle = (result: JobResult | undefined) => {
      // Undefined: the node is gone. After the command's expiry no answer changes anything.
      if (!result || isFinal(invocation.details)) return;
      invocation.result = result;
      this.#finish(run, invocation, RESULTS[result.status]);
    };
    const job = { steps: document.steps(resolved), commandId: id, ...(output && { output }) };
    this.#fleet
      .run(node, job, abort.signal)
      .then(settle, (error: unknown) => settle(this.#broken(invocation, error)));
  }

  /** The embedded AWS itself failed: the invocation must not look as if it ran. */
  #broken({ startedAt = 0, command }: Invocation, error: unknown): JobResult {
    const { document, resolved } = command;
    const stderr = `the embedded AWS could not run this: ${String(error)}`;
    const endedAt = this.#clock.now();
    const result = {
      status: 'Failed',
      exitCode: 1,
      stdout: '',
      stderr,
      output: stderr,
      startedAt,
      endedAt,
    } as const;
    const [{ name }] = document.steps(resolved);
    return { ...result, steps: [{ ...result, name }] };
  }

  #cancelOne(run: Run, invocation: Invocation): void {
    if (invocation.details === 'InProgress') {
      this.#set(invocation, 'Cancelling');
      // While a process runs virtual time stands still: the cancellation of one must not wait for it.
      if (this.#fleet.find(invocation.nodeId)?.behaviour)
        this.#agenda.after(CANCEL_MS, () => this.#tellCancelled(invocation));
      else this.#tellCancelled(invocation);
    } else if (!isFinal(invocation.details) && invocation.details !== 'Cancelling') {
      run.waiting.delete(invocation);
      this.#finish(run, invocation, 'Cancelled');
    }
  }

  #tellCancelled(invocation: Invocation): void {
    const node = this.#fleet.find(invocation.nodeId);
    if (node && isReachable(node)) invocation.abort?.abort();
    else this.#whenBack(invocation.nodeId, () => this.#tellCancelled(invocation));
  }

  /** Whatever is not over now is over, and the service says that it was never delivered, even if it runs. */
  #expire(command: Command): void {
    const run = this.#runs.get(command);
    if (!run) return;
    run.waiting.clear();
    for (const invocation of command.invocations.values())
      if (!isFinal(invocation.details)) this.#finish(run, invocation, 'DeliveryTimedOut');
  }

  #finish(run: Run, invocation: Invocation, details: Details): void {
    this.#set(invocation, details);
    this.#answered(run, invocation);
    if (invocation.sent) run.running--;
    if (overBudget(run.command)) this.#terminate(run);
    if (this.#endIfComplete(run)) return;
    if (invocation.sent) this.#pump(run);
  }

  /** Too many errors: what was not sent never will be; what runs goes on. */
  #terminate(run: Run): void {
    for (const invocation of run.waiting) this.#set(invocation, 'Terminated');
    run.waiting.clear();
  }

  #endIfComplete(run: Run): boolean {
    if (!isComplete(run.command)) return false;
    run.cancelExpiry();
    this.#runs.delete(run.command);
    return true;
  }

  #answered(run: Run, invocation: Invocation): void {
    if (!invocation.unanswered) return;
    invocation.unanswered = false;
    run.ramp.answered();
  }

  #set(invocation: Invocation, details: Details): void {
    const { tally } = invocation.command;
    tally.set(invocation.details, (tally.get(invocation.details) ?? 0) - 1);
    tally.set(details, (tally.get(details) ?? 0) + 1);
    invocation.details = details;
  }

  #whenBack(id: string, act: () => void): void {
    const todo = this.#onReturn.get(id) ?? [];
    todo.push(act);
    this.#onReturn.set(id, todo);
  }
}
