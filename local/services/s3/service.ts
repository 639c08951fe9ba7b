import type { Service } from '../../core/operation.ts';
import type { S3Deps } from './access.ts';
import * as buckets from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/completeMultipartUpload.ts';
import { copyObject } from './operations/copyObject.ts';
import { deleteObject, deleteObjects } from './operations/deleteObject.ts';
import { getObject, headObject } from './operations/getObject.ts';
import { listObjectsV2 } from './operations/listObjectsV2.ts';
import * as multipart from './operations/multipart.ts';
import { putObject } from './operations/putObject.ts';

export const s3Service = (deps: S3Deps): Service => ({
  id: 's3',
  operations: {
    AbortMultipartUpload: multipart.abortMultipartUpload(deps),
    CompleteMultipartUpload: completeMultipartUpload(deps),
    CopyObject: copyObject(deps),
    CreateMultipartUpload: multipart.createMultipartUpload(deps),
    DeleteObject: deleteObject(deps),
    DeleteObjects: deleteObjects(deps),
    GetBucketEncryption: buckets.getBucketEncryption(deps),
    GetBucketLocation: buckets.getBucketLocation(deps),
    GetObject: getObject(deps),
    HeadBucket: buckets.headBucket(deps),
    HeadObject: headObject(deps),
    ListBuckets: buckets.listBuckets(deps),
    ListObjectsV2: listObjectsV2(deps),
    PutObject: putObject(deps),
    UploadPart: multipart.uploadPart(deps),
  },
});
