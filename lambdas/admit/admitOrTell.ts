/** Admit, with whoever waits for the end of the dispatch told of it when the request is refused. */
import { z } from 'zod';
import { Delivery } from '../../contract/delivery.ts';
import { Request } from '../../contract/request.ts';
import type { AdmitInput, AdmitOutput } from '../../contract/steps.ts';
import { tellingRefusal } from '../shared/refusal.ts';
import { admit, type Deps } from './admit.ts';

/** As far as an input tells that may be no request. */
const Whose = z.object({
  requester: Request.shape.requester.catch('unstated'),
  schedule: Delivery.optional().catch(undefined),
});

export const admitOrTell = (
  deps: Deps,
  input: z.infer<typeof AdmitInput>,
): Promise<z.infer<typeof AdmitOutput>> =>
  tellingRefusal(
    deps,
    async () => {
      const { name: dispatch, startedAt } = input.execution;
      const { requester = 'unstated', schedule } = Whose.safeParse(input.request).data ?? {};
      return { dispatch, startedAt, requester, ...(schedule && { schedule: schedule.name }) };
    },
    () => admit(deps, input),
  );
