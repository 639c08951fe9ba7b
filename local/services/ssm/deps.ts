import type { Clock } from '../../core/clock.ts';
import type { Authorize, Call } from '../../core/operation.ts';
import type { Fleet } from '../../fleet/index.ts';
import type { Documents } from './documents.ts';
import type { Engine } from './engine.ts';
import type { ParameterStore } from './parameterStore.ts';
import type { Store } from './store.ts';

/** What the operations use; each takes the part it needs. */
export interface SsmDeps {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly authorize: Authorize;
  /** A uuid. */
  readonly newId: () => string;
  readonly documents: Documents;
  readonly store: Store;
  readonly parameters: ParameterStore;
  readonly engine: Engine;
}

/** Whose commands and nodes a call is about: those of its caller's account in its Region. */
export const placeOf = (call: Call): { readonly account: string; readonly region: string } => ({
  account: call.caller.account,
  region: call.region,
});
