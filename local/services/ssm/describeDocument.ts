import type {
  DescribeDocumentRequest,
  DescribeDocumentResult,
  DocumentParameter,
} from '@aws-sdk/client-ssm';
import type { Operation } from '../../core/operation.ts';
import type { SsmDeps } from './deps.ts';
import { type CommandDocument, sha256 } from './documents.ts';
import { onlyKnown, required } from './validation.ts';

export const describeDocument =
  ({ authorize, documents }: SsmDeps): Operation<DescribeDocumentRequest, DescribeDocumentResult> =>
  async (call, input) => {
    onlyKnown('DescribeDocument', input, ['Name', 'DocumentVersion']);
    const name = required('name', input.Name);
    const document = documents.find(call, name, input.DocumentVersion);
    authorize(call, {
      action: 'ssm:DescribeDocument',
      resource: document.arn,
      // Sharing is the owner's grant, and has been looked at.
      resourceAccount: call.caller.account,
    });
    return {
      Document: {
        Name: document.name,
        Hash: sha256(document.content),
        HashType: 'Sha256',
        Owner: document.owner,
        Status: 'Active',
        DocumentVersion: document.version,
        LatestVersion: document.latest,
        DefaultVersion: document.latest,
        Description: document.description,
        Parameters: parametersOf(document),
        PlatformTypes: [...document.platformTypes],
        DocumentType: 'Command',
        SchemaVersion: document.schemaVersion,
        DocumentFormat: 'JSON',
        Tags: [],
      },
    };
  };

const parametersOf = ({ parameters }: CommandDocument): DocumentParameter[] =>
  Object.entries(parameters).map(([name, { type, description, default: value }]) => ({
    Name: name,
    Type: type,
    Description: description,
    ...(value === undefined ? {} : { DefaultValue: value.join() }),
  }));
