import { scheduleKeys } from '../../contract/deliveries.ts';
import { accountListKey, keys, uploadKey } from '../../contract/names.ts';

const any = keys.root('*');

/** The keys of the results bucket as patterns over all dispatches, one per kind of object. */
export const objects = {
  request: keys.request('*'),
  accounts: keys.accounts('*'),
  /** Accounts under names of one's own, written by people of the hub. */
  accountLists: accountListKey('*'),
  groups: keys.groups('*'),
  group: `${any}/groups/*`,
  inventory: `${any}/inventory/*`,
  plan: keys.plan('*'),
  approval: keys.approval('*', '*'),
  droppedStart: keys.dropped('*'),
  /** Not of one dispatch. */
  dedupe: 'dedupe/*',
  skipped: keys.skipped('*'),
  /** waves/<n>.json, what a map reads, and waves/<n>/<group>.json: a `*` in IAM crosses slashes. */
  wave: `${any}/waves/*.json`,
  intent: `${any}/intents/*`,
  progress: `${any}/progress/*`,
  result: `${any}/results/*`,
  output: `${any}/output/*`,
  fetched: `${any}/output/*/files/*`,
  source: keys.source('*'),
  recall: `${any}/recall/*`,
  claims: keys.claims('*', '*'),
  recallResult: `${any}/recalled/*`,
  recallParts: `${any}/recalled/parts/*`,
  mapRun: keys.mapRun('*', '*'),
  upload: uploadKey('*', '*'),
  report: `${any}/report.*`,
  /** Of all schedules. */
  deliveries: scheduleKeys.deliveries('*').concat('*'),
  dropped: scheduleKeys.dropped('*', '*'),
  lease: scheduleKeys.lease('*'),
} as const;
