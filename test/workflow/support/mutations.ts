/** Permissions taken away: out of the templates before they are deployed, or out of roles that are. */
import * as z from 'zod';
import type { PolicyDocument, Statement } from '../../../local/core/policy.ts';
import type { World } from './world.ts';

type DeployedRole = NonNullable<ReturnType<World['aws']['iam']['role']>>;

/** The one role of that name in an account. */
export function roleOf(world: World, account: string, name: string): DeployedRole {
  const found = world.aws.iam.roles().find((r) => r.account === account && r.name === name);
  if (!found) throw new Error(`account ${account} has no role ${name}`);
  return found;
}

/**
 * Runs `work` while a role's own policies lack `action` on the resources that `on` picks (default: all).
 * Throws where they never held it: taking nothing away would prove nothing.
 */
export async function without<T>(
  world: World,
  role: DeployedRole,
  action: string,
  work: () => Promise<T>,
  on: (resource: string) => boolean = () => true,
): Promise<T> {
  const { iam } = world.aws;
  let taken = 0;
  for (const [name, document] of role.inline) {
    const left = statementsOf(document).flatMap((statement) => {
      const parts = minus(statement, action, on);
      taken += parts[0] === statement ? 0 : 1;
      return parts;
    });
    iam.putInlinePolicy(role.arn, name, { ...document, Statement: left });
  }
  try {
    if (taken === 0) throw new Error(`${role.arn} was never allowed ${action}`);
    return await work();
  } finally {
    for (const [name, document] of role.inline) iam.putInlinePolicy(role.arn, name, document);
  }
}

/** What is left of a statement: itself, up to two smaller ones, or nothing. */
function minus(statement: Statement, action: string, on: (resource: string) => boolean) {
  const actions = [statement.Action ?? []].flat();
  const resources = [statement.Resource ?? []].flat();
  if (!actions.includes(action) || !resources.some(on)) return [statement];
  const others = actions.filter((a) => a !== action);
  const elsewhere = resources.filter((r) => !on(r));
  const { Sid: _, ...rest } = statement;
  return [
    ...(others.length > 0 ? [{ ...rest, Action: others }] : []),
    ...(elsewhere.length > 0 ? [{ ...rest, Action: [action], Resource: elsewhere }] : []),
  ];
}

/** Changes the statements of a role's trust policy; returns what puts the old ones back. */
export function changeTrust(
  world: World,
  role: DeployedRole,
  change: (statement: Statement) => Statement | undefined,
): () => void {
  const path = role.arn.slice(role.arn.indexOf(':role') + ':role'.length, -role.name.length);
  const put = (trust: PolicyDocument) =>
    world.aws.iam.putRole({
      account: role.account,
      name: role.name,
      path,
      trust,
      inline: Object.fromEntries(role.inline),
      managed: [...role.managed],
      maxSessionSeconds: role.maxSessionSeconds,
      tags: role.tags,
    });
  put({ ...role.trust, Statement: statementsOf(role.trust).flatMap((s) => change(s) ?? []) });
  return () => void put(role.trust);
}

const statementsOf = ({ Statement }: PolicyDocument): Statement[] => [Statement].flat();

const Role = z.looseObject({
  Type: z.literal('AWS::IAM::Role'),
  Properties: z.looseObject({
    RoleName: z.string(),
    Policies: z.array(
      z.looseObject({
        PolicyDocument: z.looseObject({
          Statement: z.array(
            z.looseObject({
              Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
            }),
          ),
        }),
      }),
    ),
  }),
});
const Template = z.looseObject({ Resources: z.record(z.string(), z.unknown()) });

/** For `makeWorld({ mutate })`: takes `action` out of the identity policies of the roles of that name. */
export const templatesWithout =
  (action: string, roleName: string) =>
  (input: unknown): unknown => {
    const template = Template.parse(input);
    for (const [id, resource] of Object.entries(template.Resources)) {
      const role = Role.safeParse(resource).data;
      if (role?.Properties.RoleName !== roleName) continue;
      for (const { PolicyDocument } of role.Properties.Policies)
        PolicyDocument.Statement = PolicyDocument.Statement.map((statement) => ({
          ...statement,
          Action: statement.Action.filter((a) => a !== action),
        })).filter((statement) => statement.Action.length > 0);
      template.Resources[id] = role;
    }
    return template;
  };
