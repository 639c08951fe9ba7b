/** Names of Run Command documents, and which of them a spoke lets the dispatcher send. */
import { z } from 'zod';
import { wrong } from './problems.ts';

export const SHELL_DOCUMENT = 'AWS-RunShellScript';
export const POWERSHELL_DOCUMENT = 'AWS-RunPowerShellScript';
/** Downloads a script from S3 and runs it. */
export const REMOTE_SCRIPT_DOCUMENT = 'AWS-RunRemoteScript';

/** What Fleetwide's own actions need. */
export const OWN_DOCUMENTS = [SHELL_DOCUMENT, POWERSHELL_DOCUMENT, REMOTE_SCRIPT_DOCUMENT];

/** The parameter that AWS's own runbooks take their role by. */
export const AUTOMATION_ROLE_PARAMETER = 'AutomationAssumeRole';

const NAME = /^[a-zA-Z0-9_.-]{3,128}$/;
const ARN = /^arn:(aws[a-z-]*):ssm:([a-z0-9-]+|\*):(\d{12}):document\/[a-zA-Z0-9_.-]{3,128}$/;

/** Source: aws-sdk model, DocumentARN and DocumentName (3 to 128 of a-zA-Z0-9_.-). */
export const DocumentName = z
  .string()
  .refine(
    (name) => NAME.test(name) || ARN.test(name),
    wrong(
      'expected the name or ARN of a document',
      'Write AWS-RunPatchBaseline, My-Document, or for a shared one arn:aws:ssm:*:111122223333:document/My-Document',
    ),
  );

/** These prefixes are Amazon's own (Systems Manager User Guide, "Creating SSM document content"). */
const AMAZONS = /^(aws|amazon|amzn)/i;

/** The resource that ssm:SendCommand is asked for: AWS's own documents have no account. */
export function documentArn(name: string, partition: string, account: string): string {
  if (name.startsWith('arn:')) return name;
  const owner = AMAZONS.test(name) ? '' : account;
  return `arn:${partition}:ssm:*:${owner}:document/${name}`;
}

/** A shared document has an ARN in each Region: `*` stands for the shard's. */
export const documentIn = (name: string, region: string): string =>
  name.startsWith('arn:') ? name.replace(/^(arn:[^:]+:ssm:)\*:/, `$1${region}:`) : name;

/** `*` in an allowed ARN stands for any Region. */
export const isAllowed = (name: string, allowed: readonly string[]): boolean =>
  allowed.includes(name) ||
  (name.startsWith('arn:') && allowed.includes(name.replace(/^(arn:[^:]+:ssm:)[^:]+:/, '$1*:')));
