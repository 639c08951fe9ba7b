import { CfnStackSet, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import type { Onboarding } from '../contract/onboarding.ts';
import { carried } from './carried.ts';
import { SpokeAccountStack } from './spokeAccountStack.ts';
import { SpokeRegionStack } from './spokeRegionStack.ts';

export interface OnboardingStackProps extends StackProps {
  readonly config: Config;
  readonly onboarding: Onboarding;
}

/** Accounts, present and future, and the Regions that a stack set goes to there. */
interface Group {
  readonly target: CfnStackSet.DeploymentTargetsProperty;
  readonly regions: readonly string[];
  readonly endpoints: boolean;
}

/**
 * The stack sets that make accounts spokes: roles in one Region of each, since IAM is global, and the rest
 * in each of its Regions. However many accounts there are, the resources here are three at most.
 */
export class OnboardingStack extends Stack {
  constructor(scope: Construct, id: string, props: OnboardingStackProps) {
    super(scope, id, props);
    const { config, onboarding } = props;
    const groups = groupsOf(config, onboarding);
    const common = commonOf(onboarding);
    const set = (name: string, template: string, to: readonly Group[], iam: boolean) => {
      if (to.length === 0) return undefined;
      const made = new CfnStackSet(this, name, {
        stackSetName: `fleetwide-${name}`,
        description: `Fleetwide: ${name}`,
        templateBody: template,
        stackInstancesGroup: to.map(({ target, regions }) => ({
          deploymentTargets: target,
          regions: [...regions],
        })),
        ...common,
        ...(iam && { capabilities: ['CAPABILITY_NAMED_IAM'] }),
      });
      made.overrideLogicalId(name.replace(/\W/g, ''));
      return made;
    };

    const accounts = set(
      'spoke-account',
      carried((app) => new SpokeAccountStack(app, 'SpokeAccount', { config })),
      groups.map((group) => ({ ...group, regions: [config.hub.region] })),
      true,
    );
    for (const endpoints of [false, true]) {
      const regions = set(
        endpoints ? 'spoke-region-endpoints' : 'spoke-region',
        carried((app) => new SpokeRegionStack(app, 'SpokeRegion', { config, endpoints })),
        groups.filter((group) => group.endpoints === endpoints),
        false,
      );
      // Roles first: an account whose roles fail is seen before its Regions are worked on.
      if (accounts && regions) regions.addResourceDependency(accounts);
    }
  }
}

/** OUs that want the same in the same Regions share one entry. */
function groupsOf(config: Config, onboarding: Onboarding): readonly Group[] {
  if (onboarding.accounts)
    return [
      {
        target: { accounts: [...onboarding.accounts] },
        regions: config.regions,
        endpoints: onboarding.endpoints,
      },
    ];
  const units = onboarding.organizationalUnits ?? [];
  const alike = Map.groupBy(units, ({ regions = config.regions, endpoints }) =>
    JSON.stringify([regions.toSorted(), endpoints]),
  );
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    return {
      target: { organizationalUnitIds: same.map(({ id }) => id) },
      regions: first.regions ?? config.regions,
      endpoints: first.endpoints,
    };
  });
}

function commonOf(onboarding: Onboarding) {
  const { maxConcurrent, tolerance, accounts, callAs } = onboarding;
  const preferences: CfnStackSet.OperationPreferencesProperty = {
    ...limit(maxConcurrent, 'maxConcurrentCount', 'maxConcurrentPercentage'),
    ...limit(tolerance, 'failureToleranceCount', 'failureTolerancePercentage'),
    // The strict mode would hold the concurrency to the tolerance plus one (CloudFormation User Guide,
    // "StackSets concepts").
    concurrencyMode: 'SOFT_FAILURE_TOLERANCE',
    regionConcurrencyType: 'PARALLEL',
  };
  return {
    operationPreferences: preferences,
    // Operations that do not collide run at once, those that do wait instead of failing.
    managedExecution: { Active: true },
    ...(accounts
      ? { permissionModel: 'SELF_MANAGED' }
      : {
          permissionModel: 'SERVICE_MANAGED',
          callAs,
          // An account that comes becomes a spoke; one that goes is left by its roles as well.
          autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
        }),
  };
}

/** A percentage is whole there, and never 0 where it says how many at once. */
function limit(value: string, count: string, percentage: string): Readonly<Record<string, number>> {
  const share = /^(.*)%$/.exec(value)?.[1];
  return share === undefined
    ? { [count]: Number(value) }
    : { [percentage]: Math.ceil(Number(share)) };
}
