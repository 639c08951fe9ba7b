/** What `fleetwide doctor` starts. */
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type * as z from 'zod';
import type { DoctorInput } from '../../../../contract/doctor.ts';
import { DOCTOR_MACHINE } from '../../../../contract/names.ts';
import type { Errand } from '../proof.ts';
import { HUB, REGIONS, SPOKES } from '../world.ts';
import type { Stage } from './stage.ts';

const DOCTOR = `arn:aws:states:eu-west-1:${HUB}:stateMachine:${DOCTOR_MACHINE}`;

export const examination = (stage: Stage): Errand => ({
  name: 'an examination',
  run: async () => {
    const { client } = stage.world;
    const id = stage.next();
    const input: z.input<typeof DoctorInput> = {
      examination: id,
      requester: 'jane.doe',
      shards: [{ account: SPOKES[0], region: REGIONS[0] }],
    };
    const start = { stateMachineArn: DOCTOR, input: JSON.stringify(input) };
    const { executionArn = '' } = await client.send(new StartExecutionCommand(start));
    return stage.told(id, await stage.world.ended(executionArn));
  },
});
