import type { ErrorCode } from '../contract/errors.ts';
import type { Mounted } from './operation.ts';
import { VIOLATION } from './wire.ts';

const BODY: readonly ErrorCode[] = [
  'ATTRIBUTE_READ_ONLY',
  'INVALID_ATTRIBUTE',
  'INVALID_ENUM_VALUE',
  'INVALID_JSON',
  'INVALID_JSON_ATTRIBUTE',
  'MALFORMED_JSON',
  'MISSING_ATTRIBUTE',
  'UNSUPPORTED_MEDIA_TYPE',
  'VALIDATION_ERROR',
];
const PLACE = {
  org: ['INVALID_ORG_ID', 'ORG_NOT_FOUND', 'ORG_REQUIRES_ACCESS_LIST', 'USER_CANNOT_ACCESS_ORG'],
  group: ['GROUP_NOT_FOUND', 'INVALID_GROUP_ID', 'NOT_IN_GROUP', 'ORG_REQUIRES_ACCESS_LIST'],
} as const;

/** The codes with which the kernel refuses calls of an operation before the operation itself is asked. */
export function kernelRefusals({ inside, surface, versions }: Mounted): ErrorCode[] {
  const dated = Object.values(versions).filter((it) => it !== undefined);
  return [
    'INVALID_QUERY_PARAMETER',
    'IP_ADDRESS_NOT_ON_ACCESS_LIST',
    'NOT_AUTHENTICATED',
    'REQUEST_BODY_TOO_LARGE',
    'RESOURCE_NOT_FOUND',
    'UNEXPECTED_ERROR',
    'USER_UNAUTHORIZED',
    ...(surface === 'telamon' ? [] : (['INVALID_VERSION_DATE', 'RATE_LIMITED_TOKEN_BUCKET'] as const)),
    ...(inside === 'org' || inside === 'group' ? PLACE[inside] : []),
    ...(dated.some((it) => it.body) ? BODY : []),
    ...(JSON.stringify(dated.map((it) => it.body)).includes(VIOLATION) ? (['BAD_REQUEST'] as const) : []),
    ...(surface !== 'telamon' && dated.some((it) => it.deprecated?.sunset) ? (['VERSION_GONE'] as const) : []),
  ];
}
