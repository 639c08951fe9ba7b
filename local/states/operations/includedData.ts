import type { IncludedData } from '@aws-sdk/client-sfn';
import { invalid } from './shared.ts';

/** METADATA_ONLY matters for data encrypted with the customer's key, which there is none of here. */
export function allData(included: IncludedData | undefined): void {
  if (included !== undefined && included !== 'ALL_DATA')
    throw invalid(`Not supported: includedData ${included}`);
}
