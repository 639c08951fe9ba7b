/** One entry an action of runbooks. */
import type { Action } from './action.ts';
import { approve, pause } from './approve.ts';
import { assertProperty } from './assertProperty.ts';
import { branch } from './branch.ts';
import { changeInstanceState } from './changeInstanceState.ts';
import { executeAwsApi } from './executeAwsApi.ts';
import { invokeLambdaFunction } from './invokeLambdaFunction.ts';
import { sleepFor } from './sleepFor.ts';
import { waitForProperty } from './waitForProperty.ts';

export const ACTIONS: Readonly<Record<string, Action>> = {
  'aws:approve': approve,
  'aws:assertAwsResourceProperty': assertProperty,
  'aws:branch': branch,
  'aws:changeInstanceState': changeInstanceState,
  'aws:executeAwsApi': executeAwsApi,
  'aws:invokeLambdaFunction': invokeLambdaFunction,
  'aws:pause': pause,
  'aws:sleep': sleepFor,
  'aws:waitForAwsResourceProperty': waitForProperty,
};
