/** From the hub's bus to an HTTP API: a rule, a connection that holds the secret, and the API as destination. */
import { Aws, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnApiDestination, CfnConnection, CfnRule } from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface Receiver {
  /** Part of every name. */
  readonly name: string;
  readonly url: string;
  /** The header by which the API knows us; its value comes from Secrets Manager. */
  readonly header: { readonly name: string; readonly value: string };
  /** Secret fields of the body. */
  readonly secretBody?: Readonly<Record<string, string>>;
  /** Which events: the detail-types, and what their detail must hold. */
  readonly events: readonly string[];
  readonly detail?: Readonly<Record<string, readonly unknown[]>>;
  /** The body: `<message>` is the event as a sentence, `<dispatch>` its id. */
  readonly body: string;
}

/** Deploy it in the hub's account and home Region. */
export class Notifier extends Stack {
  constructor(scope: Construct, id: string, receiver: Receiver, props?: StackProps) {
    super(scope, id, props);
    const name = `fleetwide-${receiver.name}`;
    const connection = new CfnConnection(this, 'Connection', {
      name,
      authorizationType: 'API_KEY',
      authParameters: {
        apiKeyAuthParameters: {
          apiKeyName: receiver.header.name,
          apiKeyValue: receiver.header.value,
        },
        ...(receiver.secretBody && {
          invocationHttpParameters: {
            bodyParameters: Object.entries(receiver.secretBody).map(([key, value]) => ({
              key,
              value,
              isValueSecret: true,
            })),
          },
        }),
      },
    });
    const destination = new CfnApiDestination(this, 'Destination', {
      name,
      connectionArn: connection.attrArn,
      invocationEndpoint: receiver.url,
      httpMethod: 'POST',
    });
    const rule = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${name}`;
    const role = new iam.Role(this, 'Role', {
      roleName: name,
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': rule },
        },
      }),
      inlinePolicies: {
        ask: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['events:InvokeApiDestination'],
              resources: [destination.attrArn],
            }),
          ],
        }),
      },
    });
    this.rule = new CfnRule(this, 'Rule', {
      name,
      state: 'ENABLED',
      eventPattern: {
        source: ['fleetwide'],
        'detail-type': receiver.events,
        ...(receiver.detail && { detail: receiver.detail }),
      },
      targets: [
        {
          id: 'api',
          arn: destination.attrArn,
          roleArn: role.roleArn,
          inputTransformer: {
            inputPathsMap: { message: '$.detail.message', dispatch: '$.detail.dispatch' },
            inputTemplate: receiver.body,
          },
        },
      ],
    });
  }

  readonly rule: CfnRule;
}
