/**
 * A target's input transformer (EventBridge User Guide, "Input transformation"): paths of plain fields, and a
 * template that is a JSON object with variables as whole values. Other forms are refused by name.
 */
export interface InputTransformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

const PATH = /^\$(\.[A-Za-z_][\w-]*)+$/;
const VARIABLE = /<([\w-]+)>/g;

export function transformerProblems({ InputPathsMap, InputTemplate }: InputTransformer): string[] {
  const paths = Object.entries(InputPathsMap).flatMap(([name, path]) =>
    PATH.test(path) ? [] : [`InputPathsMap.${name}: ${path} is not implemented`],
  );
  const unknown = [...InputTemplate.matchAll(VARIABLE)]
    .map(([, name = '']) => name)
    .filter((name) => !Object.hasOwn(InputPathsMap, name))
    .map((name) => `InputTemplate: <${name}> is not in InputPathsMap`);
  if (isJsonObject(InputTemplate.replaceAll(VARIABLE, '"x"'))) return [...paths, ...unknown];
  return [...paths, ...unknown, 'InputTemplate: not a JSON object with variables as whole values'];
}

/** What the target is given, as JSON. A path that leads nowhere gives null. */
export const transformed = (
  { InputPathsMap, InputTemplate }: InputTransformer,
  event: unknown,
): string =>
  InputTemplate.replaceAll(VARIABLE, (_, name: string) =>
    JSON.stringify(at(InputPathsMap[name] ?? '$', event) ?? null),
  );

const at = (path: string, event: unknown): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, field) => (isRecord(value) ? value[field] : undefined), event);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isJsonObject(text: string): boolean {
  try {
    return isRecord(JSON.parse(text));
  } catch {
    return false;
  }
}
