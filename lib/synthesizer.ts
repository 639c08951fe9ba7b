import { DefaultStackSynthesizer } from 'aws-cdk-lib';

/**
 * The CDK's default, without its rule about the version of the account's bootstrap stack: it would bar
 * SpokeAccount, which has no assets, from every account that was never bootstrapped.
 */
export class Synthesizer extends DefaultStackSynthesizer {
  constructor() {
    super({ generateBootstrapVersionRule: false });
  }

  // What follows is never undefined here; the class does not fit its own interface
  // (IStackSynthesizer) under exactOptionalPropertyTypes.
  override get bootstrapQualifier(): string {
    return super.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  }

  override get lookupRole(): string {
    return super.lookupRole ?? DefaultStackSynthesizer.DEFAULT_LOOKUP_ROLE_ARN;
  }

  override get cloudFormationExecutionRole(): string {
    return (
      super.cloudFormationExecutionRole ?? DefaultStackSynthesizer.DEFAULT_CLOUDFORMATION_ROLE_ARN
    );
  }
}
