/** What a request comes to in one account and Region: its overrides and variables are settled here. */
import type { Action } from '../../contract/actions.ts';
import { filledIn, type Override } from '../../contract/overrides.ts';
import type { Request } from '../../contract/request.ts';

export interface Where {
  readonly account: string;
  readonly region: string;
}

/** The request as it holds there; the nearest place wins: both, then the account, then the Region. */
export function requestIn(request: Request, { account, region }: Where): Request {
  const near = [region, account, `${account}/${region}`].flatMap((key) => {
    const own = Object.hasOwn(request.overrides, key) ? request.overrides[key] : undefined;
    return own ? [own] : [];
  });
  return settled(request, near);
}

/** What the request can come to, but for mixtures of places: for what is checked before. */
export const variantsOf = (request: Request): readonly Request[] => [
  settled(request, []),
  ...Object.values(request.overrides).map((override) => settled(request, [override])),
];

/** The same for the places of one account: before its Regions are known, so with those of all of them. */
export const variantsIn = (request: Request, account: string): readonly Request[] =>
  variantsOf({
    ...request,
    overrides: Object.fromEntries(
      Object.entries(request.overrides).filter(
        ([key]) => !ACCOUNT.test(key) || key.startsWith(account),
      ),
    ),
  });

/** A key that names an account, alone or with a Region. */
const ACCOUNT = /^\d/;

/** The farthest place first. */
function settled(request: Request, overrides: readonly Override[]): Request {
  const variables = merged([request.variables, ...overrides.map((each) => each.variables ?? {})]);
  const role = overrides.findLast((each) => each.role !== undefined)?.role ?? request.role;
  const output = overrides.findLast((each) => each.output)?.output ?? request.output;
  return {
    ...request,
    output,
    role,
    variables,
    action: actionWith(request.action, variables, overrides),
  };
}

function actionWith(
  action: Action,
  variables: Request['variables'],
  overrides: readonly Override[],
): Action {
  const fill = (text: string) => filledIn(text, variables);
  if (action.type === 'script')
    return {
      ...action,
      arguments: action.arguments.map(fill),
      environment: merged([variables, mapped(action.environment, fill)]),
      ...(action.workingDirectory !== undefined && {
        workingDirectory: fill(action.workingDirectory),
      }),
    };
  if (action.type !== 'document' && action.type !== 'automation') return action;
  const parameters = mapped(action.parameters, (values) => values.map(fill));
  if (action.type === 'automation') return { ...action, parameters };
  return overrides.reduce(
    (all, { document: { name, version, hash } = {} }) => ({
      ...all,
      ...(name !== undefined && { name }),
      ...(version !== undefined && { version }),
      ...(hash !== undefined && { hash }),
    }),
    { ...action, parameters },
  );
}

const merged = (all: readonly Readonly<Record<string, string>>[]): Record<string, string> =>
  Object.fromEntries(all.flatMap((each) => Object.entries(each)));

const mapped = <V>(of: Readonly<Record<string, V>>, map: (value: V) => V): Record<string, V> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, map(value)]));
