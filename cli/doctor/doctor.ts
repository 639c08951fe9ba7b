/** What doctor asks of AWS: the hub's own doctor, and trust policies if a person may read them. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { STSClient } from '@aws-sdk/client-sts';
import type { DoctorOutput } from '../../contract/doctor.ts';
import type { Place } from '../../contract/scheduled.ts';
import { type Examination, examine, type Progress } from './examine.ts';
import { trustOf } from './trust.ts';

export interface Doctor {
  examine(examination: Examination, progress?: Progress): Promise<DoctorOutput>;
  /** The trust policy of an account's dispatch role, as `role` of that account sees it; null: there is none. */
  trustOf(account: string, role: string): Promise<string | null>;
}

export const createDoctor = (
  { sfn, sts }: { readonly sfn: SFNClient; readonly sts: STSClient },
  place: Place,
): Doctor => ({
  examine: (examination, progress) => examine(sfn, place, examination, progress),
  trustOf: (account, role) => trustOf(sts, { partition: place.partition, account, role }),
});
