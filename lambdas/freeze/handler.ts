import { S3Client } from '@aws-sdk/client-s3';
import { FreezeInput } from '../../contract/steps.ts';
import { environment } from '../shared/environment.ts';
import { hub } from '../shared/hub.ts';
import { PATIENCE } from '../shared/retry.ts';
import { step, wrapped } from '../shared/step.ts';
import { createWriters } from '../shared/upload.ts';
import { freeze } from './freeze.ts';

const s3 = new S3Client({ maxAttempts: 5, requestHandler: PATIENCE });
const deps = { ...hub(), writer: createWriters(s3, environment().RESULTS_BUCKET) };

export const baseHandler = step(FreezeInput, (input) => freeze(deps, input));
export const handler = wrapped(baseHandler);
