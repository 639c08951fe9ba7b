import { App } from 'aws-cdk-lib';
import { expect, test } from '@jest/globals';
import { FleetwideSpokeAccount, FleetwideSpokeRegion, parseConfig } from 'fleetwide';
import { Template } from 'aws-cdk-lib/assertions';

test('an app of one’s own composes the stacks', () => {
  const config = parseConfig({
    hub: { account: '111122223333', region: 'eu-west-1' },
    regions: ['eu-west-1'],
    externalId: 'an-external-id-for-tests',
  });
  const app = new App({ analyticsReporting: false });
  const account = new FleetwideSpokeAccount(app, 'Mine', { config });
  const region = new FleetwideSpokeRegion(app, 'MineToo', { config });
  Template.fromStack(account).resourceCountIs('AWS::IAM::Role', 2);
  Template.fromStack(region).hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: '/fleetwide/commands',
  });
  expect(account.nodeRole.role?.roleName).toBeDefined();
});
