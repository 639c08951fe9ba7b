/** The constructs, for those who compose an app of their own (examples/own-app). */
export { type Config, type ConfigInput, parseConfig } from '../contract/config.ts';
export { loadConfig } from './configFile.ts';
export {
  FleetwideHub,
  type FleetwideHubProps,
  FleetwideHubRegion,
  type FleetwideHubRegionProps,
  FleetwideOnboarding,
  type FleetwideProps,
  FleetwideSpokeAccount,
  FleetwideSpokeRegion,
  type FleetwideSpokeRegionProps,
} from './constructs.ts';
export { DispatchMachine as FleetwideDispatch } from './dispatchMachine.ts';
export { type Fleetwide, fleetwide, type Parts } from './fleetwide.ts';
export { NodeRole as FleetwideNodeRole } from './nodeRole.ts';
export type { FleetwideConfig } from './props.ts';
export { Synthesizer as FleetwideSynthesizer } from './synthesizer.ts';
export { VpcEndpoints as FleetwideVpcEndpoints } from './vpcEndpoints.ts';
export { bundle } from './bundle.ts';
