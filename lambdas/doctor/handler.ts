import { DoctorInput } from '../../contract/doctor.ts';
import { doctorEnvironment } from '../shared/environment.ts';
import { createSpokes } from '../shared/spoke.ts';
import { step, wrapped } from '../shared/step.ts';
import { doctor } from './doctor.ts';
import { createInspector } from './inspector.ts';

const env = doctorEnvironment();
const spokes = createSpokes(env, createInspector);
const deps = {
  spokes,
  documents: env.DOCUMENTS,
  visitor: {
    partition: env.PARTITION,
    account: env.HUB_ACCOUNT,
    externalId: env.EXTERNAL_ID,
    organization: env.ORGANIZATION_ID,
  },
  home: env.AWS_REGION,
};

export const baseHandler = step(DoctorInput, (input) => doctor(deps, input));
export const handler = wrapped(baseHandler);
