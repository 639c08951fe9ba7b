import type { App } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Config } from '../contract/config.ts';
import type { Step } from '../contract/names.ts';
import { HubRegionStack } from './hubRegionStack.ts';
import { HubStack } from './hubStack.ts';
import { OnboardingStack } from './onboardingStack.ts';
import { SpokeAccountStack } from './spokeAccountStack.ts';
import { SpokeRegionStack } from './spokeRegionStack.ts';
import { Synthesizer } from './synthesizer.ts';

export interface Parts {
  readonly config: Config;
  readonly code: (step: Step) => lambda.Code;
}

export interface Fleetwide {
  readonly hub: HubStack;
  readonly regions: readonly HubRegionStack[];
  readonly spoke: SpokeAccountStack;
  readonly spokeRegion: SpokeRegionStack;
  readonly onboarding?: OnboardingStack;
}

const common = () => ({ synthesizer: new Synthesizer(), analyticsReporting: false });

/** All stacks (DESIGN.md section 5): names are constants, so no stack imports from another. */
export function fleetwide(app: App, { config, code }: Parts): Fleetwide {
  const { account, region: home } = config.hub;
  return {
    hub: new HubStack(app, 'Hub', {
      ...common(),
      env: { account, region: home },
      description: 'Fleetwide: the hub',
      config,
      code,
    }),
    regions: config.regions.map(
      (region) =>
        new HubRegionStack(app, `HubRegion-${region}`, {
          ...common(),
          env: { account, region },
          description: `Fleetwide: the hub in ${region}`,
          config,
          region,
        }),
    ),
    // No env: one template serves every account.
    spoke: new SpokeAccountStack(app, 'SpokeAccount', {
      ...common(),
      description: 'Fleetwide: a spoke account',
      config,
    }),
    // Deployed by hand it is for one account, which its owner has named VPCs for, or not.
    spokeRegion: new SpokeRegionStack(app, 'SpokeRegion', {
      ...common(),
      description: 'Fleetwide: a spoke account in one of its Regions',
      config,
      endpoints: config.endpoints !== undefined,
    }),
    ...(config.onboarding && {
      onboarding: new OnboardingStack(app, 'Onboarding', {
        ...common(),
        env: { account: config.onboarding.account ?? account, region: home },
        description: 'Fleetwide: stack sets that make accounts spokes',
        config,
        onboarding: config.onboarding,
      }),
    }),
  };
}
