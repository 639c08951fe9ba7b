import type {
  DescribeDocumentRequest,
  DescribeDocumentResult,
  DocumentParameter,
} from '@aws-sdk/client-ssm';
import type { Operation } from '../../core/operation.ts';
import { awsDocumentArn } from './arn.ts';
import type { SsmDeps } from './deps.ts';
import { type CommandDocument, findDocument, sha256, VERSION } from './documents.ts';
import { onlyKnown, required } from './validation.ts';

export const describeDocument =
  ({ authorize }: SsmDeps): Operation<DescribeDocumentRequest, DescribeDocumentResult> =>
  async (call, input) => {
    onlyKnown('DescribeDocument', input, ['Name', 'DocumentVersion']);
    const document = findDocument(required('name', input.Name), input.DocumentVersion);
    authorize(call, {
      action: 'ssm:DescribeDocument',
      resource: awsDocumentArn(call.region, document.name),
    });
    return {
      Document: {
        Name: document.name,
        Hash: sha256(document.content),
        HashType: 'Sha256',
        Owner: 'Amazon',
        Status: 'Active',
        DocumentVersion: VERSION,
        LatestVersion: VERSION,
        DefaultVersion: VERSION,
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
