/**
 * The content of a document of schema 2.2 → what nodes do. What is not known here is refused by name when the
 * document is made. Source: User Guide, "Data elements and parameters", "Command document plugin reference".
 */
import * as z from 'zod';
import { AwsError } from '../../core/operation.ts';
import type { PlatformType, Step, Work } from '../../fleet/index.ts';
import type { CommandDocument, DocumentParameter, Parameters } from './documents.ts';
import { interpolate, interpolateLines } from './interpolate.ts';

const Text = z.union([z.string(), z.number().transform(String)]);
const Parameter = z.strictObject({
  type: z.enum(['String', 'StringList']),
  description: z.string().default(''),
  default: z.union([Text, z.array(z.string())]).optional(),
  allowedValues: z.array(z.string()).optional(),
  allowedPattern: z.string().optional(),
  maxChars: z.int().optional(),
  minItems: z.int().optional(),
  maxItems: z.int().optional(),
  displayType: z.enum(['textfield', 'textarea']).optional(),
});

const PLATFORMS = ['Linux', 'MacOS', 'Windows'] as const;
const common = {
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  precondition: z
    .strictObject({
      StringEquals: z.tuple([z.literal('platformType'), z.enum(PLATFORMS)]),
    })
    .optional(),
};
const OnFailure = z.enum(['exit', 'successAndExit']).optional();

const script = {
  runCommand: z.union([z.array(z.string()), z.string()]),
  workingDirectory: z.string().default(''),
  timeoutSeconds: Text.default('3600'),
  onFailure: OnFailure,
};
const ScriptStep = z.strictObject({
  ...common,
  action: z.enum(['aws:runShellScript', 'aws:runPowerShellScript']),
  inputs: z.strictObject(script),
});
const DownloadStep = z.strictObject({
  ...common,
  action: z.literal('aws:downloadContent'),
  inputs: z.strictObject({
    sourceType: z.string(),
    sourceInfo: z.union([z.string(), z.record(z.string(), z.string())]),
    destinationPath: z.string().default(''),
    onFailure: OnFailure,
  }),
});
const AnyStep = z.discriminatedUnion('action', [ScriptStep, DownloadStep]);

const Content = z.strictObject({
  schemaVersion: z.literal('2.2'),
  description: z.string().default(''),
  parameters: z.record(z.string(), Parameter).default({}),
  mainSteps: z.array(AnyStep).min(1),
});

/** Where AWS-RunRemoteScript and its like take from: other sources are refused when it comes to it. */
const SourceInfo = z.object({ path: z.url() });

const bad = (name: string, problem: string) =>
  new AwsError('InvalidDocumentContent', `Document ${name}: ${problem}`);

export function commandDocument(name: string, given: unknown): CommandDocument {
  const content = typeof given === 'string' ? given : JSON.stringify(given);
  const parsed = Content.safeParse(json(name, content));
  if (!parsed.success) throw bad(name, z.prettifyError(parsed.error));
  const { schemaVersion, description, parameters, mainSteps } = parsed.data;
  const [first, ...others] = mainSteps;
  if (!first) throw bad(name, 'it has no step');
  const conditions = mainSteps.map((step) => step.precondition?.StringEquals[1]);
  return {
    name,
    description,
    schemaVersion,
    content,
    // Where every step is for one platform, no other is the document's.
    platformTypes: PLATFORMS.filter((p) => conditions.some((c) => c === undefined || c === p)),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, value]) => [key, parameterOf(value)]),
    ),
    steps: (values) => [stepOf(first, values), ...others.map((step) => stepOf(step, values))],
  };
}

function json(name: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw bad(name, `the embedded AWS reads JSON alone (${String(error)})`);
  }
}

function parameterOf(given: z.output<typeof Parameter>): DocumentParameter {
  const { type, description, allowedValues, allowedPattern, maxChars, minItems, maxItems } = given;
  return {
    type,
    description,
    ...(given.default !== undefined && { default: [given.default].flat() }),
    ...(allowedValues && { allowedValues }),
    ...(allowedPattern !== undefined && { allowedPattern }),
    ...(maxChars !== undefined && { maxChars }),
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
  };
}

function stepOf(step: z.output<typeof AnyStep>, values: Parameters): Step {
  const platform: PlatformType | undefined = step.precondition?.StringEquals[1];
  const { onFailure } = step.inputs;
  return {
    name: step.name,
    folder: `${step.action.replace(':', '')}/${step.name}`,
    work: workOf(step, values),
    ...(platform && { platform }),
    ...(onFailure && { onFailure }),
  };
}

function workOf(step: z.output<typeof AnyStep>, values: Parameters): Work {
  if (step.action === 'aws:downloadContent') {
    const { sourceType, sourceInfo, destinationPath } = step.inputs;
    const type = interpolate(sourceType, values);
    if (type !== 'S3')
      throw new AwsError('InvalidParameters', `The embedded AWS downloads from S3, not ${type}`);
    const info =
      typeof sourceInfo === 'string' ? JSON.parse(interpolate(sourceInfo, values)) : sourceInfo;
    const parsed = SourceInfo.safeParse(info);
    if (!parsed.success)
      throw new AwsError('InvalidParameters', `sourceInfo: ${z.prettifyError(parsed.error)}`);
    return {
      do: 'download',
      url: interpolate(parsed.data.path, values),
      destination: interpolate(destinationPath, values),
    };
  }
  const { runCommand, workingDirectory, timeoutSeconds } = step.inputs;
  return {
    do: step.action === 'aws:runShellScript' ? 'shell' : 'powershell',
    commands: interpolateLines([runCommand].flat(), values),
    workingDirectory: interpolate(workingDirectory, values),
    timeoutSeconds: Number(interpolate(timeoutSeconds, values)),
  };
}
