/** The constructs, for those who compose an app of their own; the fields of `Config` are in docs/config.md. */
export { type Config, type ConfigInput, parseConfig } from '../contract/config.ts';
export { loadConfig } from './configFile.ts';
export { DispatchMachine as FleetwideDispatch } from './dispatchMachine.ts';
export { type Fleetwide, fleetwide, type Parts } from './fleetwide.ts';
export { HubStack as FleetwideHub, type HubStackProps as FleetwideHubProps } from './hubStack.ts';
export {
  HubRegionStack as FleetwideHubRegion,
  type HubRegionStackProps as FleetwideHubRegionProps,
} from './hubRegionStack.ts';
export { NodeRole as FleetwideNodeRole } from './nodeRole.ts';
export {
  OnboardingStack as FleetwideOnboarding,
  type OnboardingStackProps as FleetwideOnboardingProps,
} from './onboardingStack.ts';
export {
  SpokeAccountStack as FleetwideSpokeAccount,
  type SpokeAccountStackProps as FleetwideSpokeAccountProps,
} from './spokeAccountStack.ts';
export {
  SpokeRegionStack as FleetwideSpokeRegion,
  type SpokeRegionStackProps as FleetwideSpokeRegionProps,
} from './spokeRegionStack.ts';
export { VpcEndpoints as FleetwideVpcEndpoints } from './vpcEndpoints.ts';
export { bundle } from './bundle.ts';
