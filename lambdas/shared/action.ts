/** The one place that turns an action into what is sent: each kind has its file in actions/. */
import type { Action } from '../../contract/actions.ts';
import type { S3Object } from '../../contract/actions/object.ts';
import type { Request } from '../../contract/request.ts';
import type { Node, Reason } from '../../contract/stored.ts';
import { runbookOf } from './actions/automation.ts';
import { commandFor } from './actions/command.ts';
import * as copy from './actions/copy.ts';
import { fetchFor } from './actions/fetch.ts';
import * as script from './actions/script.ts';
import {
  type Artifact,
  DEFAULT_VERSION,
  type Document,
  type Platform,
  type Sending,
} from './actions/sending.ts';

export type { Artifact, Document, Place, Sending } from './actions/sending.ts';
export { sha256 } from './actions/sending.ts';

/** What has to lie in the exchange buckets before anything is sent. */
export function artifactOf(action: Action): Artifact | undefined {
  if (action.type === 'script') return script.artifactOf(action);
  return action.type === 'copy' ? copy.artifactOf(action) : undefined;
}

/** Absent: Run Command. */
export const kindOf = ({ action }: Pick<Request, 'action'>): 'automation' | undefined =>
  action.type === 'automation' ? action.type : undefined;

/** What it brings to the nodes, by its hash, and where it lies for them if it does. */
export function contentOf(
  action: Action,
): { readonly sha256: string; readonly key?: string } | undefined {
  if (action.type === 'script') return script.contentOf(action);
  return action.type === 'copy' ? copy.contentOf(action) : undefined;
}

/** Whether nodes read or write the exchange bucket of their Region for it. */
export const usesExchange = (action: Action): boolean =>
  artifactOf(action) !== undefined || action.type === 'fetch' || sourceOf(action) !== undefined;

/** The node that has what the others get. */
export const sourceOf = (action: Action) => (action.type === 'copy' ? action.node : undefined);

export const isSource = (action: Action, { id }: Pick<Node, 'id'>): boolean =>
  sourceOf(action)?.id === id;

/** The action with what the source has given. */
export const shared = (action: Action, hash: string): Action =>
  action.type === 'copy' && action.node ? copy.shared(action, hash) : action;

/** The object of S3 that the action takes along. */
export const objectOf = (action: Action): S3Object | undefined =>
  action.type === 'script' || action.type === 'copy' ? action.object : undefined;

/** The action with the hash that its object has. */
export function pinned(action: Action, sha256: string): Action {
  return 'object' in action && action.object
    ? { ...action, object: { ...action.object, sha256 } }
    : action;
}

/** What is sent; in a place that has overrides, as `requestIn` settles it. */
type Sendable = Pick<Request, 'action' | 'timeouts' | 'variables'>;

/** What the node is sent, or why it is skipped. */
export function sendingFor(
  { action, timeouts, variables }: Sendable,
  platform: Platform | undefined,
): Sending | Reason {
  const { executionSeconds } = timeouts;
  if (action.type === 'command') return commandFor(action, executionSeconds, platform, variables);
  if (action.type === 'script') return script.scriptFor(action, executionSeconds, platform);
  if (action.type === 'copy') return copy.copyFor(action, executionSeconds, platform);
  if (action.type === 'fetch') return fetchFor(action, executionSeconds, platform);
  if (action.type === 'automation')
    return { document: runbookOf(action), parameters: () => action.parameters };
  const { name, version = DEFAULT_VERSION, hash, agentAtLeast, parameters } = action;
  return {
    document: { name, version, ...(hash && { hash }) },
    ...(agentAtLeast && { agentAtLeast }),
    parameters: () => parameters,
  };
}

/** The same for one node, or nodes of its platform: the source of a copy is not sent what the others are. */
export function sendingTo(
  request: Sendable,
  node: Pick<Node, 'id' | 'platform'> | undefined,
): Sending | Reason {
  const { action, timeouts } = request;
  return action.type === 'copy' && action.node && action.node.id === node?.id
    ? copy.sourceFor(action, action.node, timeouts.executionSeconds, node.platform)
    : sendingFor(request, node?.platform);
}

/** The documents that the request can come to; for its plan, its session policies and its admission. */
export function documentsOf(request: Sendable): Document[] {
  const documents = (['Linux', 'Windows'] as const).flatMap((platform) => {
    const source = sourceOf(request.action);
    return [
      sendingFor(request, platform),
      ...(source ? [sendingTo(request, { id: source.id, platform })] : []),
    ].flatMap((sending) => ('code' in sending ? [] : [sending.document]));
  });
  return [...new Map(documents.map((d) => [d.name, d])).values()];
}
