/**
 * The stacks for apps of one's own: the configuration's fields are their props, beside those of any stack. What is wrong
 * with the fields is told at once, as InvalidConfig.
 */
import { join } from 'node:path';
import { Stage, type StackProps } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Config, parseConfig } from '../contract/config.ts';
import { FleetwideError } from '../contract/errors.ts';
import type { Step } from '../contract/names.ts';
import { bundle } from './bundle.ts';
import { HubRegionStack } from './hubRegionStack.ts';
import { HubStack } from './hubStack.ts';
import { OnboardingStack } from './onboardingStack.ts';
import type { FleetwideConfig } from './props.ts';
import { SpokeAccountStack } from './spokeAccountStack.ts';
import { SpokeRegionStack } from './spokeRegionStack.ts';

export interface FleetwideProps extends FleetwideConfig, StackProps {}

export interface FleetwideHubProps extends FleetwideProps {
  /**
   * Code of the function of a step.
   * @default bundled by esbuild into the folder of the assembly
   */
  readonly code?: ((step: Step) => Code) | undefined;
}

/** The hub, in `hub.account` and `hub.region`: what dispatches, and what is kept of it. */
export class FleetwideHub extends HubStack {
  constructor(scope: Construct, id: string, { code, ...props }: FleetwideHubProps) {
    const { config, stack } = apart(props);
    const { account, region } = config.hub;
    super(scope, id, {
      env: { account, region },
      ...stack,
      config,
      code: code ?? bundled(scope),
    });
  }
}

export interface FleetwideHubRegionProps extends FleetwideProps {
  /** One of `regions`. */
  readonly region: string;
}

/** The exchange bucket of a Region that is dispatched to, in `hub.account`. */
export class FleetwideHubRegion extends HubRegionStack {
  constructor(scope: Construct, id: string, { region, ...props }: FleetwideHubRegionProps) {
    const { config, stack } = apart(props);
    super(scope, id, { env: { account: config.hub.account, region }, ...stack, config, region });
  }
}

/** A spoke, once an account: who may dispatch to it, and what its nodes are. Without `env` it serves every account. */
export class FleetwideSpokeAccount extends SpokeAccountStack {
  constructor(scope: Construct, id: string, props: FleetwideProps) {
    const { config, stack } = apart(props);
    super(scope, id, { ...stack, config });
  }
}

export interface FleetwideSpokeRegionProps extends FleetwideProps {
  /**
   * Whether the VPCs that `endpoints` names get them here.
   * @default true where `endpoints` is given
   */
  readonly withEndpoints?: boolean | undefined;
}

/** A spoke, in one of its Regions: the log group of commands, and VPC endpoints. Without `env` it serves every account. */
export class FleetwideSpokeRegion extends SpokeRegionStack {
  constructor(
    scope: Construct,
    id: string,
    { withEndpoints, ...props }: FleetwideSpokeRegionProps,
  ) {
    const { config, stack } = apart(props);
    const endpoints = withEndpoints ?? config.endpoints !== undefined;
    super(scope, id, { ...stack, config, endpoints });
  }
}

/** The stack sets that make accounts spokes, where `onboarding` says; it must be given. */
export class FleetwideOnboarding extends OnboardingStack {
  constructor(scope: Construct, id: string, props: FleetwideProps) {
    const { config, stack } = apart(props);
    const { onboarding, hub } = config;
    if (!onboarding)
      throw new FleetwideError(
        'InvalidConfig',
        'onboarding: missing, but FleetwideOnboarding is made',
      );
    const env = { account: onboarding.account ?? hub.account, region: hub.region };
    super(scope, id, { env, ...stack, config, onboarding });
  }
}

const FIELDS: ReadonlySet<string> = new Set(Object.keys(Config.shape));

/** The fields of the configuration, parsed, and what is left for the stack. */
function apart(props: FleetwideProps): { readonly config: Config; readonly stack: StackProps } {
  const all = Object.entries(props).filter(([, value]) => value !== undefined);
  const fields = all.filter(([name]) => FIELDS.has(name));
  return {
    config: parseConfig(Object.fromEntries(fields)),
    stack: Object.fromEntries(all.filter(([name]) => !FIELDS.has(name))),
  };
}

/** Once for all functions, beside the templates. */
function bundled(scope: Construct): (step: Step) => Code {
  const folder = bundle(join(Stage.of(scope)?.outdir ?? 'cdk.out', 'bundles'));
  return (step) => Code.fromAsset(folder(step));
}
