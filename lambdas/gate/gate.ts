/**
 * Gate: fold the wave's results into the dispatch's, and compare with the one error budget: go on or stop.
 */
import * as z from 'zod';
import { keys } from '../../contract/names.ts';
import { addCounts, errorsIn } from '../../contract/outcomes.ts';
import { CollectOutput, type GateInput, type GateOutput } from '../../contract/steps.ts';
import { Plan, StoredRequest } from '../../contract/stored.ts';
import { ChildFailed, firstFailure, Manifest } from '../shared/children.ts';
import type { HubDeps } from '../shared/hub.ts';

type Deps = Pick<HubDeps, 'store' | 'now' | 'events'>;

export async function gate(
  { store, now, events }: Deps,
  input: z.infer<typeof GateInput>,
): Promise<z.infer<typeof GateOutput>> {
  const plan = await store.get(Plan, keys.plan(input.dispatch));
  const manifest = await store.get(Manifest, input.manifest.key);
  const { ResultFiles } = manifest;
  const failure = await firstFailure(store, manifest);
  // What its commands do on the nodes is the recall's to end and to tell. After a redrive the wave goes
  // again: groups that had ended find nothing to send and are collected once more.
  if (failure && input.life === input.mapped) throw new ChildFailed(failure);
  if (failure)
    return {
      again: true,
      proceed: true,
      wave: input.wave,
      counts: input.before,
      maxErrors: Math.max(0, plan.errorsAllowed - errorsIn(input.before, plan.tolerated)),
      // The same wave once more: there is nothing to pause after.
      endedAt: '',
    };
  const files = await Promise.all(
    ResultFiles.SUCCEEDED.map((file) => store.get(z.array(CollectOutput), file.Key)),
  );
  const wave = files.flat().map((child) => child.counts);
  const counts = addCounts(input.before, ...wave);
  const left = plan.errorsAllowed - errorsIn(counts, plan.tolerated);
  const proceed = left >= 0 && input.wave + 1 < plan.waves.length;
  const { request } = await store.get(StoredRequest, keys.request(input.dispatch));
  await events.tell('WaveFinished', {
    dispatch: input.dispatch,
    requester: request.requester,
    wave: input.wave + 1,
    waves: plan.waves.length,
    counts,
    errorsLeft: Math.max(0, left),
    proceeds: proceed,
  });
  return {
    again: false,
    proceed,
    wave: input.wave + 1,
    counts,
    maxErrors: Math.max(0, left),
    endedAt: new Date(now()).toISOString(),
  };
}
