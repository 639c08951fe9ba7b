/** Fleetwide inside a CDK app of one's own: the fields of fleetwide.config.json are the props. */
import { App, Tags } from 'aws-cdk-lib';
import {
  type FleetwideConfig,
  FleetwideHub,
  FleetwideHubRegion,
  FleetwideOnboarding,
  FleetwideSpokeAccount,
} from 'fleetwide';

const config: FleetwideConfig = {
  hub: { account: '111122223333', region: 'eu-west-1' },
  regions: ['eu-west-1', 'us-east-1'],
  organizationId: 'o-a1b2c3d4e5',
  // Of every installation its own; whoever reads the app's source knows it.
  externalId: 'replace-me-with-a-long-random-value',
  documents: ['AWS-RunShellScript', 'AWS-RunRemoteScript', 'AWS-RunPatchBaseline'],
  onboarding: { organizationalUnits: [{ id: 'ou-ab12-11111111' }] },
};

export const app = new App();

export const hub = new FleetwideHub(app, 'FleetwideHub', {
  ...config,
  terminationProtection: true,
});
export const regions = config.regions.map(
  (region) => new FleetwideHubRegion(app, `FleetwideHub-${region}`, { ...config, region }),
);
export const onboarding = new FleetwideOnboarding(app, 'FleetwideOnboarding', config);
/** For the management account, which service-managed stack sets skip. */
export const management = new FleetwideSpokeAccount(app, 'FleetwideSpoke', config);

Tags.of(hub).add('team', 'platform');
