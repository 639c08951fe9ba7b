import * as z from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { AccountId } from '../../contract/primitives.ts';
import { problemsOf } from '../../contract/problems.ts';

const Hub = z.object({
  RESULTS_BUCKET: z.string().min(3),
  PARTITION: z.string().min(3),
  HUB_ACCOUNT: AccountId,
});
const names = z.string().transform((text) => text.split(',').filter((name) => name !== ''));
/** Those with an exchange bucket. */
const REGIONS = names;
const Admission = Hub.extend({
  REGIONS,
  /** Names and ARNs that spokes let the dispatcher send. */
  DOCUMENTS: names,
  /** And let it start. */
  RUNBOOKS: names,
  ROLES: names,
  /** Log groups that output may go to. */
  LOG_GROUPS: names,
  /** Whether the exchange buckets let anybody read artifacts. */
  ARTIFACT_READERS: z.enum(['organization', 'accounts', 'none']),
  /** Where accounts are looked up by unit or tag. */
  ORGANIZATION_ID: z.string().optional(),
});
const Dispatcher = Hub.extend({
  EXTERNAL_ID: z.string().min(2),
  /** What runbooks act as, by name and path. */
  AUTOMATION_ROLE: z.string().min(1).optional(),
});

const Doctor = Dispatcher.extend({
  DOCUMENTS: Admission.shape.DOCUMENTS,
  ORGANIZATION_ID: Admission.shape.ORGANIZATION_ID,
});

/** The tags that the spokes' dispatch roles ask of a node, as the configuration states them. */
const NodeTags = z.record(z.string(), z.array(z.string()));
const Explorer = Dispatcher.extend({
  NODE_TAGS: z
    .string()
    .transform((text, ctx): z.infer<typeof NodeTags> => {
      try {
        return NodeTags.parse(JSON.parse(text));
      } catch {
        ctx.addIssue({ code: 'custom', message: 'not a map of lists' });
        return z.NEVER;
      }
    })
    .default({}),
  /** Of the hub. */
  AWS_REGION: z.string(),
  REGIONS,
});

export type NodeTags = z.infer<typeof NodeTags>;
export type Environment = z.infer<typeof Hub>;
export type DispatcherEnvironment = z.infer<typeof Dispatcher>;

const read = <T>(schema: z.ZodType<T>): T => {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  // The values stay out of the message: one of them is the ExternalId.
  const problems = problemsOf(parsed.error).map((p) => ({
    ...p,
    message: 'missing or malformed',
    remedy: 'The Hub stack sets it',
  }));
  throw new FleetwideError('InvalidEnvironment', 'environment of the function', problems);
};

/** Read once, at start: a missing variable is one clear error, by name. */
export const environment = (): Environment => read(Hub);

/** For the step that lets a request in. */
export const admissionEnvironment = (): z.infer<typeof Admission> => read(Admission);

/** For the step that looks for nodes. */
export const explorerEnvironment = (): z.infer<typeof Explorer> => read(Explorer);

/** For what looks whether a dispatch would get through. */
export const doctorEnvironment = (): z.infer<typeof Doctor> => read(Doctor);

/** For the steps that assume spoke roles. */
export const dispatcherEnvironment = (): DispatcherEnvironment => read(Dispatcher);
