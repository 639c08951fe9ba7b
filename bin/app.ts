import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundle } from '../lib/bundle.ts';
import { featureFlags, readConfig } from '../lib/configFile.ts';
import { fleetwide } from '../lib/fleetwide.ts';

const app = new App({ context: featureFlags(), analyticsReporting: false });
const folder = bundle(join(app.outdir, 'bundles'));
fleetwide(app, {
  config: readConfig(app),
  code: (step) => Code.fromAsset(folder(step)),
});
app.synth();
