import { createHash } from 'node:crypto';

/** Access keys and unique ids are a prefix and capital letters and digits (IAM User Guide, "IAM identifiers"). */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const uniqueId = (prefix: string, seed: string, length: number): string =>
  prefix +
  [...createHash('sha256').update(seed).digest()]
    .slice(0, length)
    .map((byte) => ALPHABET[byte % ALPHABET.length])
    .join('');

/** 40 characters, as AWS's secret access keys. */
export const secretKey = (seed: string): string =>
  createHash('sha256').update(`secret ${seed}`).digest('base64').slice(0, 40);

export const sessionToken = (seed: string): string =>
  createHash('sha512').update(`token ${seed}`).digest('base64');
