/**
 * A target's input transformer (EventBridge User Guide, "Input transformation"): paths of plain fields, and a
 * template that is a JSON object, or text in quotes. A variable is a whole value of the object, or stands in
 * text, where its value is put as it is. Other forms are refused by name.
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
  const [bare, quoted] = [filled(InputTemplate, () => 'null'), InputTemplate.startsWith('"')];
  if (quoted ? isJson(bare) : isJsonObject(bare)) return [...paths, ...unknown];
  return [...paths, ...unknown, 'InputTemplate: neither a JSON object nor a text in quotes'];
}

/** Text in quotes, or a variable outside of them. */
const PART = /"(?:[^"\\]|\\.)*"|<[\w-]+>/g;

/** `value` gives JSON; in text, a text's value goes in without its quotes and unescaped, as EventBridge does. */
const filled = (template: string, value: (name: string) => string): string =>
  template.replaceAll(PART, (part) =>
    part.replaceAll(VARIABLE, (_, name: string) => {
      const json = value(name);
      return part.startsWith('"') ? plain(json) : json;
    }),
  );

function plain(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : json.replaceAll('"', '\\"');
}

/** What the target is given. A path that leads nowhere gives null. Throws for what is no JSON then. */
export function transformed(
  { InputPathsMap, InputTemplate }: InputTransformer,
  event: unknown,
): string {
  const text = filled(InputTemplate, (name) =>
    JSON.stringify(at(InputPathsMap[name] ?? '$', event) ?? null),
  );
  if (!isJson(text)) throw new Error(`the transformed input is no JSON: ${text}`);
  return text;
}

const at = (path: string, event: unknown): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, field) => (isRecord(value) ? value[field] : undefined), event);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
const isJson = (text: string): boolean => parsed(text) !== undefined;
const isJsonObject = (text: string): boolean => isRecord(parsed(text));
