import type { GetDocumentRequest, GetDocumentResult } from '@aws-sdk/client-ssm';
import type { Operation } from '../../core/operation.ts';
import { awsDocumentArn } from './arn.ts';
import type { SsmDeps } from './deps.ts';
import { findDocument, VERSION } from './documents.ts';
import { invalid, onlyKnown, required } from './validation.ts';

export const getDocument =
  ({ authorize }: SsmDeps): Operation<GetDocumentRequest, GetDocumentResult> =>
  async (call, input) => {
    onlyKnown('GetDocument', input, ['Name', 'DocumentVersion', 'DocumentFormat']);
    const { DocumentVersion, DocumentFormat = 'JSON' } = input;
    const { name, content } = findDocument(required('name', input.Name), DocumentVersion);
    authorize(call, { action: 'ssm:GetDocument', resource: awsDocumentArn(call.region, name) });
    if (DocumentFormat !== 'JSON')
      throw invalid(`The embedded AWS does not implement DocumentFormat ${DocumentFormat}`);
    return {
      Name: name,
      DocumentVersion: VERSION,
      Status: 'Active',
      Content: content,
      DocumentType: 'Command',
      DocumentFormat,
    };
  };
