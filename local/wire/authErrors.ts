import { AwsError } from '../core/operation.ts';
import type { Protocol } from './protocols.ts';

export type AuthProblem =
  'missing' | 'malformed' | 'unknownKey' | 'badToken' | 'expired' | 'badSignature' | 'skewed';

type Names = Readonly<Record<AuthProblem, readonly [name: string, status: number]>>;

/**
 * What each protocol family calls a failed authentication.
 * Sources: "Common errors" of the SSM, STS and EC2 API references; "Error responses" of the S3 API reference.
 */
const NAMES: Readonly<Record<Protocol, Names>> = {
  json: {
    missing: ['MissingAuthenticationTokenException', 400],
    malformed: ['IncompleteSignatureException', 400],
    unknownKey: ['UnrecognizedClientException', 400],
    badToken: ['UnrecognizedClientException', 400],
    expired: ['ExpiredTokenException', 400],
    badSignature: ['InvalidSignatureException', 400],
    skewed: ['InvalidSignatureException', 400],
  },
  restJson: {
    missing: ['MissingAuthenticationTokenException', 403],
    malformed: ['IncompleteSignatureException', 403],
    unknownKey: ['UnrecognizedClientException', 403],
    badToken: ['UnrecognizedClientException', 403],
    expired: ['ExpiredTokenException', 403],
    badSignature: ['InvalidSignatureException', 403],
    skewed: ['InvalidSignatureException', 403],
  },
  query: {
    missing: ['MissingAuthenticationToken', 403],
    malformed: ['IncompleteSignature', 400],
    unknownKey: ['InvalidClientTokenId', 403],
    badToken: ['InvalidClientTokenId', 403],
    expired: ['ExpiredToken', 403],
    badSignature: ['SignatureDoesNotMatch', 403],
    skewed: ['SignatureDoesNotMatch', 403],
  },
  ec2: {
    missing: ['MissingAuthenticationToken', 403],
    malformed: ['IncompleteSignature', 400],
    unknownKey: ['AuthFailure', 401],
    badToken: ['AuthFailure', 401],
    expired: ['RequestExpired', 400],
    badSignature: ['AuthFailure', 401],
    skewed: ['RequestExpired', 400],
  },
  rest: {
    missing: ['AccessDenied', 403],
    malformed: ['AuthorizationHeaderMalformed', 400],
    unknownKey: ['InvalidAccessKeyId', 403],
    badToken: ['InvalidToken', 400],
    expired: ['ExpiredToken', 400],
    badSignature: ['SignatureDoesNotMatch', 403],
    skewed: ['RequestTimeTooSkewed', 403],
  },
};

const TEXTS: Readonly<Record<AuthProblem, string>> = {
  missing: 'Request is missing Authentication Token',
  malformed: 'The Authorization header or query string is malformed',
  unknownKey: 'The security token included in the request is invalid.',
  badToken: 'The security token included in the request is invalid.',
  expired: 'The security token included in the request is expired',
  badSignature:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  skewed:
    'Signature expired or not yet current: the request was signed more than 5 minutes away from',
};

export function authError(protocol: Protocol, problem: AuthProblem, detail = ''): AwsError {
  const [name, status] = NAMES[protocol][problem];
  return new AwsError(name, detail ? `${TEXTS[problem]}: ${detail}` : TEXTS[problem], status);
}
