import type { ServiceId } from '../core/operation.ts';

/** Calls by `<service>:<operation>` and account. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Counts every call whose sender is known, refused ones too: a bill and a rate limit would. */
export class Ledger {
  #counts = new Map<string, Map<string, number>>();

  add(service: ServiceId, operation: string, account: string): void {
    const key = `${service}:${operation}`;
    const accounts = this.#counts.get(key) ?? new Map<string, number>();
    accounts.set(account, (accounts.get(account) ?? 0) + 1);
    this.#counts.set(key, accounts);
  }

  counts(): Counts {
    return Object.fromEntries(
      [...this.#counts].map(([key, accounts]) => [key, Object.fromEntries(accounts)]),
    );
  }

  /** Calls of one operation over all accounts. */
  total(operation: string): number {
    return [...(this.#counts.get(operation)?.values() ?? [])].reduce((sum, n) => sum + n, 0);
  }

  reset(): void {
    this.#counts = new Map();
  }
}
