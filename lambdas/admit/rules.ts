/** What the schema cannot know: what this installation allows, and what Systems Manager takes. */
import { FleetwideError, type Problem } from '../../contract/errors.ts';
import { isAllowed } from '../../contract/documents.ts';
import { logGroupOf } from '../../contract/output.ts';
import type { Request } from '../../contract/request.ts';
import { documentsOf, sendingFor, usesExchange } from '../shared/action.ts';
import type { AdmissionDeps } from '../shared/hub.ts';
import { variantsOf } from '../shared/overrides.ts';

export type Rules = AdmissionDeps['rules'];

/**
 * Document and parameters together have at most 64 KiB (User Guide, "Creating SSM document content"); the
 * documents that Fleetwide brings parameters for have less than 4.
 */
const MOST_PARAMETERS = 60 * 1024;

/** Throws InvalidRequest with all that is wrong. */
export function checkRules(rules: Rules, request: Request, hub: string, now: number): void {
  const [whole, ...places] = variantsOf(request).map((variant) => [
    ...refusedDocuments(rules, variant),
    ...tooLarge(variant, hub),
    ...refusedOutput(rules, variant),
    ...refusedRole(rules, variant),
  ]);
  const problems = [...(whole ?? []), ...windowAt(request, now)];
  // In a place only what is not wrong everywhere.
  for (const [i, key] of Object.keys(request.overrides).entries())
    for (const problem of places[i] ?? [])
      if (!problems.some(({ message }) => message === problem.message))
        problems.push({ ...problem, path: `overrides.${key} (${problem.path})` });
  if (usesExchange(request.action) && !rules.artifacts)
    problems.push({
      path: 'delivery' in request.action ? 'action.delivery' : 'action.type',
      message: `is "${'delivery' in request.action ? 's3' : request.action.type}", but no account may use the exchange buckets`,
      remedy:
        'Name organizationId or accounts in fleetwide.config.json and deploy the HubRegion stacks, or give "inline"',
    });
  if (problems.length > 0)
    throw new FleetwideError('InvalidRequest', `request: ${problems.length} problem(s)`, problems);
}

function refusedDocuments({ documents, runbooks }: Rules, request: Request): Problem[] {
  return request.action.type === 'automation'
    ? refused(runbooks, 'runbook', 'runbooks', request)
    : refused(documents, 'document', 'documents', request);
}

function refused(
  allowed: readonly string[],
  what: 'runbook' | 'document',
  field: string,
  request: Request,
): Problem[] {
  const paths = { document: 'action.name', automation: 'action.runbook' };
  const { type } = request.action;
  return documentsOf(request)
    .filter(({ name }) => !isAllowed(name, allowed))
    .map(({ name }) => ({
      path: type === 'document' || type === 'automation' ? paths[type] : 'action.type',
      message: `needs ${what} ${name}, which this installation does not send (it sends ${allowed.join(', ') || 'none'})`,
      remedy: `Add it to "${field}" in fleetwide.config.json, then deploy the Hub and every SpokeAccount stack`,
    }));
}

function refusedRole({ roles }: Rules, { role }: Request): Problem[] {
  if (role === undefined || roles.includes(role)) return [];
  return [
    {
      path: 'role',
      message: `is ${role}, by which this installation does not enter accounts (it does by ${roles.join(', ')})`,
      remedy: 'Add it to "roles" in fleetwide.config.json, then deploy the Hub stack',
    },
  ];
}

function refusedOutput({ artifacts, logGroups }: Rules, { output }: Request): Problem[] {
  if (output.to === 's3' && !artifacts)
    return [
      {
        path: 'output',
        message: 'is "s3", but no account may write to the exchange buckets',
        remedy:
          'Name organizationId or accounts in fleetwide.config.json and deploy the HubRegion stacks, or give "inline" or "cloudwatch"',
      },
    ];
  if (output.to !== 'cloudwatch' || logGroups.includes(logGroupOf(output))) return [];
  return [
    {
      path: 'output.logGroup',
      message: `is ${logGroupOf(output)}, which this installation does not read (it reads ${logGroups.join(', ')})`,
      remedy:
        'Add it to "nodes.logGroups" in fleetwide.config.json, then deploy the Hub and every SpokeAccount stack',
    },
  ];
}

function tooLarge(request: Request, hub: string): Problem[] {
  const sizes = (['Linux', 'Windows'] as const).map((platform) => {
    const sending = sendingFor(request, platform);
    if ('code' in sending) return 0;
    const place = { hub, region: request.targets.regions[0] ?? '' };
    return Buffer.byteLength(JSON.stringify(sending.parameters(place)));
  });
  const bytes = Math.max(...sizes);
  if (bytes <= MOST_PARAMETERS) return [];
  return [
    {
      path: 'action',
      message: `comes to parameters of ${bytes} bytes; Systems Manager takes ${MOST_PARAMETERS}`,
      remedy:
        'delivery' in request.action && request.action.delivery === 'inline'
          ? 'Give delivery "s3"'
          : 'Send it as a script action with delivery "s3", and large data on another way',
    },
  ];
}

/** The results bucket forgets a dispatch after 60 days at the earliest, and a delivery may take 30. */
const MOST_DAYS_AHEAD = 30;

function windowAt({ window }: Request, now: number): Problem[] {
  const problems: Problem[] = [];
  const { startAfter, stopSendingAfter } = window ?? {};
  if (stopSendingAfter && Date.parse(stopSendingAfter) <= now)
    problems.push({
      path: 'window.stopSendingAfter',
      message: `${stopSendingAfter} is over`,
      remedy: 'Give a time that is still to come',
    });
  if (startAfter && Date.parse(startAfter) > now + MOST_DAYS_AHEAD * 86_400_000)
    problems.push({
      path: 'window.startAfter',
      message: `${startAfter} is more than ${MOST_DAYS_AHEAD} days away`,
      remedy: 'Give an earlier time, or start the dispatch later',
    });
  return problems;
}
