/** Fleetwide's own stacks into the embedded AWS: the hub, its Regions, the spokes. */
import type { Config } from '../contract/config.ts';
import type { EmbeddedAws } from './aws.ts';
import { type DeployOptions, deployStack, type SynthesisedStack } from './deploy/index.ts';

export interface Installed {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly resources: number;
}

export interface InstallOptions extends DeployOptions {
  /** Accounts that get the SpokeAccount stack, and SpokeRegion in each Region. */
  readonly spokes: readonly string[];
}

export async function install(
  aws: Pick<EmbeddedAws, 'target'>,
  assembly: ReadonlyMap<string, SynthesisedStack>,
  config: Config,
  { spokes, ...options }: InstallOptions,
): Promise<Installed[]> {
  const installed: Installed[] = [];
  const deploy = async (stack: SynthesisedStack, account: string, region: string) => {
    const { resources } = await deployStack({ ...stack, account, region }, aws.target, options);
    installed.push({
      stack: stack.stackName,
      account,
      region,
      resources: Object.keys(resources).length,
    });
  };
  const { hub } = config;
  for (const stack of assembly.values())
    if (stack.account) await deploy(stack, stack.account, stack.region ?? hub.region);
    else
      for (const account of spokes)
        for (const region of stack.stackName === 'SpokeRegion' ? config.regions : [hub.region])
          await deploy(stack, account, region);
  return installed;
}
