/**
 * What a template must keep to: CloudFormation User Guide, "CloudFormation quotas"; IAM User Guide, "IAM and STS quotas";
 * S3 User Guide, "Bucket policies". A template that the CDK sends lies in S3.
 */
import * as z from 'zod';

const MOST = { Resources: 500, Parameters: 200, Outputs: 200, Mappings: 200 } as const;
const MOST_BYTES = 1_000_000;
const DESCRIPTION = 1_024;
const NAME = 255;
const PARAMETER = 4_096;
/** Characters; white space does not count there, and there is none here. */
const POLICIES: Readonly<
  Record<string, Readonly<Record<string, readonly [what: string, most: number]>>>
> = {
  'AWS::IAM::Role': {
    Policies: ['inline policies', 10_240],
    AssumeRolePolicyDocument: ['trust policy', 2_048],
  },
  'AWS::S3::BucketPolicy': { PolicyDocument: ['bucket policy', 20_480] },
  'AWS::KMS::Key': { KeyPolicy: ['key policy', 32_768] },
};

const Section = z.record(z.string(), z.unknown()).default({});
const Template = z.looseObject({
  Description: z.string().default(''),
  Resources: Section,
  Parameters: Section,
  Outputs: Section,
  Mappings: Section,
});
const Resource = z.looseObject({ Type: z.string(), Properties: Section });
const Parameter = z.looseObject({ Default: z.union([z.string(), z.number()]).default('') });

export function limitsBroken(input: unknown): readonly string[] {
  const template = Template.parse(input);
  const found: string[] = [];
  const check = (what: string, size: number, most: number) => {
    if (size > most) found.push(`${what}, ${most} at most`);
  };
  const bytes = Buffer.byteLength(JSON.stringify(input));
  check(`${bytes} bytes`, bytes, MOST_BYTES);
  for (const section of ['Resources', 'Parameters', 'Outputs', 'Mappings'] as const) {
    const count = Object.keys(template[section]).length;
    check(`${count} ${section}`, count, MOST[section]);
  }
  const description = Buffer.byteLength(template.Description);
  check(`Description of ${description} bytes`, description, DESCRIPTION);
  for (const section of [template.Resources, template.Parameters, template.Outputs])
    for (const name of Object.keys(section))
      check(`${name.slice(0, 20)}… of ${name.length} characters`, name.length, NAME);
  for (const [name, parameter] of Object.entries(template.Parameters)) {
    const size = Buffer.byteLength(String(Parameter.parse(parameter).Default));
    check(`parameter ${name} of ${size} bytes`, size, PARAMETER);
  }
  for (const [name, resource] of Object.entries(template.Resources)) {
    const { Type, Properties } = Resource.parse(resource);
    for (const [property, [what, most]] of Object.entries(POLICIES[Type] ?? {})) {
      const size = JSON.stringify(Properties[property] ?? '').length;
      check(`${name.slice(0, 20)}: ${what} of ${size} characters`, size, most);
    }
  }
  return found;
}
