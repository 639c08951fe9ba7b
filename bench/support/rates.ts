/** What AWS publishes, and what calls are reckoned with. */

/** Standard children that a Distributed Map starts a second (Step Functions quotas). */
export const CHILDREN_A_SECOND = 100;
/** AssumeRole, in an account and Region (IAM and STS quotas). */
export const SESSIONS_A_SECOND = 600;
/** Functions that run at once in an account and Region (Lambda quotas). */
export const FUNCTIONS_AT_ONCE = 1_000;

/** What a call to AWS takes a function, and what a function takes beside them. */
export const CALL_SECONDS = 0.05;
export const START_SECONDS = 0.2;
