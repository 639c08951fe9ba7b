import { type Scope, resolve } from './intrinsics.ts';
import { Problem } from './problems.ts';

type Evaluate = (argument: unknown) => boolean;

/** The Conditions section: each is evaluated when it is asked for. */
export function conditions(
  declared: Readonly<Record<string, unknown>>,
  ref: Scope['ref'],
): (name: string) => boolean {
  const scope: Scope = {
    ref,
    getAtt: (logicalId) => {
      throw new Problem(`Conditions: Fn::GetAtt ${logicalId} is not allowed here`);
    },
    condition: (name) => {
      if (!(name in declared)) throw new Problem(`Conditions.${name}: there is no such condition`);
      return holds(declared[name]);
    },
  };

  const operators: Readonly<Record<string, Evaluate>> = {
    Condition: (name) => scope.condition(String(name)),
    'Fn::Equals': (argument) => {
      const [a, b] = listOf(argument).map((each) => JSON.stringify(resolve(each, scope)));
      return a === b;
    },
    'Fn::Not': (argument) => !listOf(argument).every(holds),
    'Fn::And': (argument) => listOf(argument).every(holds),
    'Fn::Or': (argument) => listOf(argument).some(holds),
  };

  const holds = (value: unknown): boolean => {
    const [entry] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    const operator = entry && operators[entry[0]];
    if (!operator) throw new Problem(`Conditions: ${JSON.stringify(value)} is not implemented`);
    return operator(entry[1]);
  };

  return (name) => scope.condition(name);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Problem(`Conditions: wants a list, not ${JSON.stringify(value)}`);
}
