import type { GetDocumentRequest, GetDocumentResult } from '@aws-sdk/client-ssm';
import type { Operation } from '../../core/operation.ts';
import type { SsmDeps } from './deps.ts';
import { invalid, onlyKnown, required } from './validation.ts';

export const getDocument =
  ({ authorize, documents }: SsmDeps): Operation<GetDocumentRequest, GetDocumentResult> =>
  async (call, input) => {
    onlyKnown('GetDocument', input, ['Name', 'DocumentVersion', 'DocumentFormat']);
    const { DocumentVersion, DocumentFormat = 'JSON' } = input;
    const found = documents.find(call, required('name', input.Name), DocumentVersion);
    const { name, content, arn, version } = found;
    authorize(call, {
      action: 'ssm:GetDocument',
      resource: arn,
      // Sharing is the owner's grant, and has been looked at.
      resourceAccount: call.caller.account,
    });
    if (DocumentFormat !== 'JSON')
      throw invalid(`The embedded AWS does not implement DocumentFormat ${DocumentFormat}`);
    return {
      Name: name,
      DocumentVersion: version,
      Status: 'Active',
      Content: content,
      DocumentType: 'Command',
      DocumentFormat,
    };
  };
