import type { Call } from '../core/operation.ts';

/** What goes wrong on purpose. */
export type Fault =
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly message: string;
      readonly status: number;
    }
  /** The connection is destroyed without a reply. */
  | { readonly kind: 'reset' }
  /** The function that made the call ends in the middle of it, as when its sandbox is lost. */
  | { readonly kind: 'kill' }
  /** A reply that no service would send, as proxies do. */
  | {
      readonly kind: 'rubbish';
      readonly status: number;
      readonly body: string;
      readonly contentType: string;
    };

/** `before` the handler runs, or `after`: the effect is done and the reply not yet sent. */
export type Phase = 'before' | 'after';
export type Faults = (call: Call, phase: Phase) => Fault | undefined;

/** Thrown through the handler's caller, so that whoever answers can do what the fault says. */
export class Faulted extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(`fault: ${fault.kind}`);
    this.name = 'Faulted';
    this.fault = fault;
  }
}
