import { DoctorInput } from '../../contract/doctor.ts';
import { doctorEnvironment } from '../shared/environment.ts';
import { explorer } from '../shared/explorer.ts';
import { step, wrapped } from '../shared/step.ts';
import { doctor } from './doctor.ts';

const env = doctorEnvironment();
const deps = {
  ...explorer(),
  documents: env.DOCUMENTS,
  visitor: {
    partition: env.PARTITION,
    account: env.HUB_ACCOUNT,
    externalId: env.EXTERNAL_ID,
    organization: env.ORGANIZATION_ID,
  },
};

export const baseHandler = step(DoctorInput, (input) => doctor(deps, input));
export const handler = wrapped(baseHandler);
