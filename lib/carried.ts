import { App, type Stack } from 'aws-cdk-lib';
import { featureFlags } from './configFile.ts';
import { Synthesizer } from './synthesizer.ts';

/** CloudFormation User Guide, "CloudFormation quotas": a template body that is passed along, in bytes. */
export const MOST_BYTES = 51_200;

/**
 * The template of a stack, for a stack set to carry: as text, since what goes by URL would need a bucket that
 * every account may read.
 */
export function carried(build: (app: App) => Stack): string {
  const app = new App({
    context: featureFlags(),
    analyticsReporting: false,
    defaultStackSynthesizer: new Synthesizer(),
  });
  const stack = build(app);
  const template: unknown = app.synth().getStackByName(stack.stackName).template;
  const text = JSON.stringify(template);
  const bytes = Buffer.byteLength(text);
  const found = unfit(template, bytes);
  if (found.length > 0) throw new Error(`${stack.stackName} in a stack set: ${found.join('; ')}`);
  return text;
}

/**
 * What a service-managed stack set does not take (CloudFormation User Guide, "Associate a stack set with
 * your AWS organization"): nested stacks, macros and transforms.
 */
export function unfit(template: unknown, bytes: number): readonly string[] {
  const text = JSON.stringify(template);
  return [
    ...(bytes > MOST_BYTES ? [`${bytes} bytes, ${MOST_BYTES} at most`] : []),
    ...(/"(Fn::)?Transform":/.test(text) ? ['a transform or macro'] : []),
    ...(/"AWS::CloudFormation::(Stack|Macro)"/.test(text) ? ['a nested stack or macro'] : []),
    ...(/"AWS::CDK::Metadata"/.test(text) ? ['metadata of the CDK'] : []),
  ];
}
