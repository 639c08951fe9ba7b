/** From a rule to its target, and to the dead letters. */
import type { Caller } from '../core/operation.ts';
import type { Destinations } from './destinations.ts';
import type { EventsDeps, Rule, Target } from './index.ts';

/** Throws what the target answers. */
export async function deliver(
  deps: EventsDeps,
  destinations: Destinations,
  rule: Rule,
  target: Target,
  text: string,
): Promise<void> {
  const service = target.arn.split(':')[2];
  if (service === 'states')
    await deps.invokeInternal(asRole(deps, rule, target), 'states', 'StartExecution', rule.region, {
      stateMachineArn: target.arn,
      input: text,
    });
  else if (service === 'sns')
    await deps.invokeInternal(asService(rule), 'sns', 'Publish', rule.region, {
      TopicArn: target.arn,
      Message: text,
    });
  else {
    deps.authorize(
      {
        service: 'events',
        operation: 'InvokeApiDestination',
        region: rule.region,
        caller: asRole(deps, rule, target),
        secure: true,
        requestId: deps.newId(),
      },
      { action: 'events:InvokeApiDestination', resource: target.arn },
    );
    destinations.ask(target.arn, text);
  }
}

/** As the target's role, which must trust EventBridge for this rule. */
function asRole({ iam, newId }: EventsDeps, rule: Rule, { roleArn }: Target): Caller {
  if (roleArn === undefined) throw new Error(`rule ${rule.name}: the target has no role`);
  const context = { 'aws:SourceAccount': rule.account, 'aws:SourceArn': rule.arn };
  return iam.callerOf(iam.sessionForService(roleArn, 'events.amazonaws.com', newId(), { context }));
}

/** For targets whose own policy decides. Topics are not told which rule it is, queues are. */
const asService = (rule: Rule, context: Readonly<Record<string, string>> = {}): Caller => ({
  account: rule.account,
  arn: 'events.amazonaws.com',
  userId: 'events.amazonaws.com',
  accessKeyId: '',
  kind: 'service',
  identityPolicies: [],
  serviceContext: context,
});

/** What no attempt delivered (User Guide, "Using dead-letter queues"): the event, and why. */
export async function bury(
  deps: EventsDeps,
  rule: Rule,
  target: Target,
  queueArn: string,
  event: object,
  error: unknown,
): Promise<void> {
  const [, , , region = '', account = '', queue = ''] = queueArn.split(':');
  const attributes = {
    ERROR_CODE: error instanceof Error ? error.name : 'Error',
    ERROR_MESSAGE: error instanceof Error ? error.message : String(error),
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
  };
  const caller = asService(rule, { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': rule.account });
  await deps.invokeInternal(caller, 'sqs', 'SendMessage', region, {
    QueueUrl: `/${account}/${queue}`,
    MessageBody: JSON.stringify(event),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [
        name,
        { DataType: 'String', StringValue },
      ]),
    ),
  });
}
