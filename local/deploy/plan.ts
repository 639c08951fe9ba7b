import { conditions } from './conditions.ts';
import { NO_VALUE, resolve, type Scope } from './intrinsics.ts';
import { creationOrder } from './order.ts';
import { parameterValues } from './parameters.ts';
import { Problem, TemplateRefused } from './problems.ts';
import { RESOURCE_TYPES } from './resources/index.ts';
import { type Place, type Planned, PropertiesRefused } from './resourceType.ts';
import { parseTemplate } from './template.ts';

export interface Stack {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly template: unknown;
  /** Folders of unpacked assets by object key; default: none. */
  readonly assets?: ReadonlyMap<string, string>;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface Plan {
  /** By logical id, in the order of their creation. */
  readonly resources: ReadonlyMap<string, Planned>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What creating the stack would do. Throws {@link TemplateRefused} with everything that can't be done. */
export function planStack(stack: Stack): Plan {
  const { stackName, account, region } = stack;
  const template = parseTemplate(stackName, stack.template);
  const problems: string[] = [];
  const planned = new Map<string, Planned>();
  const refused = new Set<string>();

  /** Runs `work`; what is wrong in it is noted under `where`. */
  const attempt = (where: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (error instanceof PropertiesRefused)
        problems.push(...error.problems.map((each) => `${where}.${each}`));
      else if (error instanceof Problem) problems.push(`${where}: ${error.message}`);
      else throw error;
    }
  };

  const values = new Map<string, unknown>(pseudoParameters(stack));
  attempt('Parameters', () => {
    for (const [name, value] of parameterValues(template.Parameters, stack.parameters ?? {}))
      values.set(name, value);
  });
  const value = (name: string): unknown => {
    if (refused.has(name)) return STAND_IN;
    if (!values.has(name)) throw new Problem(`Ref ${name}: there is no such parameter or resource`);
    return values.get(name);
  };
  const condition = conditions(template.Conditions, value);
  const scope: Scope = {
    condition,
    ref: (name) => planned.get(name)?.ref ?? value(name),
    getAtt: (logicalId, attribute) => {
      if (refused.has(logicalId)) return STAND_IN;
      const found = planned.get(logicalId)?.attributes[attribute];
      if (found === undefined)
        throw new Problem(`Fn::GetAtt ${logicalId}.${attribute}: not implemented, or not created`);
      return found;
    },
  };
  const place: Place = {
    account,
    region,
    assets: stack.assets ?? new Map(),
    roleArn: (name) => {
      if (name === STAND_IN) return STAND_IN;
      const role = [...planned.values()].find(
        (each) => each.ref === name && each.arn.includes(':role/'),
      );
      if (!role) throw new Problem(`role ${name}: not in this stack`);
      return role.arn;
    },
  };

  attempt('Resources', () => {
    for (const id of creationOrder(template.Resources)) {
      const resource = template.Resources[id];
      if (!resource) continue;
      const before = problems.length;
      attempt(`${id} (${resource.Type})`, () => {
        if (resource.Condition !== undefined && !condition(resource.Condition)) return;
        const type = RESOURCE_TYPES.get(resource.Type);
        if (!type) throw new Problem('this type is not implemented by the embedded AWS');
        planned.set(id, type.plan(propertiesOf(resource.Properties, scope), place));
      });
      if (problems.length > before) refused.add(id);
    }
  });
  const outputs: Record<string, unknown> = {};
  for (const [name, output] of Object.entries(template.Outputs))
    attempt(`Outputs.${name}`, () => {
      if (output.Condition !== undefined && !condition(output.Condition)) return;
      outputs[name] = resolve(output.Value, scope);
    });
  if (problems.length > 0) throw new TemplateRefused(stackName, problems);
  return { resources: planned, outputs };
}

const propertiesOf = (properties: object, scope: Scope): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties)
      .map(([name, each]): [string, unknown] => [name, resolve(each, scope)])
      .filter(([, each]) => each !== NO_VALUE),
  );

/** What a refused resource returns, so that what refers to it is looked through as well. */
const STAND_IN = 'arn:aws:iam::000000000000:role/refused';

/** The embedded AWS is the partition `aws`. */
const pseudoParameters = ({ stackName, account, region }: Stack): [string, unknown][] => [
  ['AWS::AccountId', account],
  ['AWS::NoValue', NO_VALUE],
  ['AWS::Partition', 'aws'],
  ['AWS::Region', region],
  ['AWS::StackName', stackName],
  ['AWS::URLSuffix', 'amazonaws.com'],
];
