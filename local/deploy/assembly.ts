import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

export interface SynthesisedStack {
  /** `Hub`, `HubRegion-eu-west-1`, `SpokeAccount`. */
  readonly stackName: string;
  /** Absent where one template serves every account and Region. */
  readonly account?: string;
  readonly region?: string;
  readonly template: unknown;
  /** Folders of unpacked assets by object key. */
  readonly assets: ReadonlyMap<string, string>;
}

const Manifest = z.object({
  artifacts: z.record(z.string(), z.looseObject({ type: z.string() })),
});
const StackArtifact = z.object({
  environment: z.string().regex(/^aws:\/\/[^/]+\/[^/]+$/),
  properties: z.object({ templateFile: z.string(), stackName: z.string().optional() }),
});
const AssetArtifact = z.object({ properties: z.object({ file: z.string() }) });
const Assets = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.enum(['zip', 'file']) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** The stacks of a cloud assembly by name, in the order of its manifest. */
export function readAssembly(directory: string): ReadonlyMap<string, SynthesisedStack> {
  const read = <T>(schema: z.ZodType<T>, file: string): T =>
    schema.parse(JSON.parse(readFileSync(join(directory, file), 'utf8')));
  const artifacts = Object.entries(read(Manifest, 'manifest.json').artifacts);
  const assets = new Map(
    artifacts
      .filter(([, { type }]) => type === 'cdk:asset-manifest')
      .map(([, artifact]) => read(Assets, AssetArtifact.parse(artifact).properties.file))
      .flatMap(({ files }) => Object.values(files))
      .filter(({ source }) => source.packaging === 'zip')
      .flatMap(({ source, destinations }) =>
        Object.values(destinations).map(
          ({ objectKey }) => [objectKey, join(directory, source.path)] as const,
        ),
      ),
  );
  return new Map(
    artifacts
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([id, artifact]) => {
        const { environment, properties } = StackArtifact.parse(artifact);
        const [account, region] = environment.slice('aws://'.length).split('/').map(known);
        const stackName = properties.stackName ?? id;
        const template = read(z.unknown(), properties.templateFile);
        return [
          stackName,
          { stackName, template, assets, ...(account && { account }), ...(region && { region }) },
        ];
      }),
  );
}

/** The CDK writes `unknown-account` and `unknown-region` for a stack without environment. */
const known = (part: string | undefined): string | undefined =>
  part?.startsWith('unknown-') ? undefined : part;
