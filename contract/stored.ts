/** What the steps leave for each other in the results bucket. */
export * from './stored/shard.ts';
export * from './stored/start.ts';
export * from './stored/plan.ts';
export * from './stored/recall.ts';
export * from './stored/progress.ts';
export * from './stored/approval.ts';
export * from './stored/row.ts';
