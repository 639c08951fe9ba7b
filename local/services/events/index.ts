/** EventBridge, as far as events are put on the default bus. */
import type {
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
} from '@aws-sdk/client-eventbridge';
import {
  type Authorize,
  AwsError,
  type Call,
  type Operation,
  type Service,
} from '../../core/operation.ts';
import type { Events } from '../../events/index.ts';

export interface EventsServiceDeps {
  readonly authorize: Authorize;
  readonly newId: () => string;
  readonly bus: Pick<Events, 'put'>;
}

/** API reference, PutEvents: entries of one call, and what each may weigh. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 1024 * 1024;

const refused = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });

const putEvents =
  (deps: EventsServiceDeps): Operation<PutEventsRequest, PutEventsResponse> =>
  async (call, { Entries = [], EndpointId }) => {
    if (EndpointId !== undefined)
      throw invalid('The embedded AWS does not implement EndpointId of events:PutEvents');
    if (Entries.length < 1 || Entries.length > MOST_ENTRIES)
      throw invalid(`Entries: ${Entries.length}; 1 to ${MOST_ENTRIES} are taken`);
    for (const entry of Entries) mayPut(deps, call, entry);
    const answers = Entries.map((entry) => put(deps, call, entry));
    return {
      FailedEntryCount: answers.filter((each) => 'ErrorCode' in each).length,
      Entries: answers,
    };
  };

const invalid = (message: string) => new AwsError('ValidationException', message);

/** Service authorization reference, EventBridge: PutEvents is asked for each entry, with its own keys. */
function mayPut({ authorize }: EventsServiceDeps, call: Call, entry: PutEventsRequestEntry): void {
  const { EventBusName = 'default', Source = '', DetailType = '' } = entry;
  authorize(call, {
    action: 'events:PutEvents',
    resource: EventBusName.startsWith('arn:')
      ? EventBusName
      : `arn:aws:events:${call.region}:${call.caller.account}:event-bus/${EventBusName}`,
    context: { 'events:source': [Source], 'events:detail-type': [DetailType] },
  });
}

function put({ bus, newId }: EventsServiceDeps, call: Call, entry: PutEventsRequestEntry) {
  const { EventBusName = 'default', Source, DetailType, Detail = '' } = entry;
  if (EventBusName.split('/').at(-1) !== 'default')
    return refused('NotFound', `The embedded AWS has no bus ${EventBusName}`);
  if (!Source || !DetailType)
    return refused('InvalidArgument', 'Parameter Source or DetailType is not valid.');
  if (Source.startsWith('aws.'))
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (Buffer.byteLength(Detail) > MOST_BYTES)
    return refused('InvalidArgument', 'Detail too large.');
  const detail = objectOf(Detail);
  if (!detail) return refused('MalformedDetail', 'Detail is malformed.');
  const id = newId();
  bus.put({
    id,
    source: Source,
    detailType: DetailType,
    account: call.caller.account,
    region: call.region,
    resources: entry.Resources ?? [],
    detail,
  });
  return { EventId: id };
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const operationsOf = (deps: EventsServiceDeps) => ({ PutEvents: putEvents(deps) });

export interface EventsService extends Service {
  readonly operations: ReturnType<typeof operationsOf>;
}

export const createEventsService = (deps: EventsServiceDeps): EventsService => ({
  id: 'events',
  operations: operationsOf(deps),
});
