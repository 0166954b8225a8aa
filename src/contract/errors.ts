/** Every code this server can answer with: its status and the text of `detail`; `%s` takes the parameters in order. */
export const errorCodes = {
  UNEXPECTED_ERROR: [500, 'Unexpected error.'],
  NOT_AUTHENTICATED: [401, 'You are not authorized for this resource.'],
  INVALID_VERSION_DATE: [406, 'Invalid accept header or version date.'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The content type %s is not supported.'],
  METHOD_NOT_ALLOWED: [405, 'The method %s is not allowed for this resource.'],
  REQUEST_BODY_TOO_LARGE: [413, 'The request body is larger than %s bytes.'],
  RESOURCE_NOT_FOUND: [404, 'Cannot find resource %s.'],
  ORG_NOT_FOUND: [404, 'No organization with ID %s exists.'],
  GROUP_NOT_FOUND: [404, 'No group with ID %s exists.'],
  INVALID_ORG_ID: [404, 'An invalid organization ID %s was specified.'],
  INVALID_GROUP_ID: [404, 'An invalid group ID %s was specified.'],
  NOT_IN_GROUP: [401, 'The current user is not in the group, or the group does not exist.'],
  USER_CANNOT_ACCESS_ORG: [401, 'User cannot access this organization.'],
  USER_UNAUTHORIZED: [401, 'Current user is not authorized to perform this action.'],
  NOT_ORG_GROUP_CREATOR: [401, 'The currently logged in user does not have the group creator role in organization %s.'],
  IP_ADDRESS_NOT_ON_ACCESS_LIST: [403, 'IP address %s is not allowed to access this resource.'],
  ORG_REQUIRES_ACCESS_LIST: [403, 'This organization requires access through an access list of ip ranges.'],
  MALFORMED_JSON: [400, 'Received JSON is malformed.'],
  INVALID_JSON: [400, 'Received JSON does not match expected format.'],
  INVALID_JSON_ATTRIBUTE: [400, 'Received JSON for the %s attribute does not match expected format.'],
  INVALID_ATTRIBUTE: [400, 'Invalid attribute %s specified.'],
  MISSING_ATTRIBUTE: [400, 'The required attribute %s was not specified.'],
  INVALID_ENUM_VALUE: [400, 'An invalid enumeration value %s was specified.'],
  VALIDATION_ERROR: [400, 'The request content produced the validation error: %s.'],
  INVALID_QUERY_PARAMETER: [400, 'Invalid query parameter %s specified.'],
  INVALID_IP_ADDRESS_OR_CIDR_NOTATION: [400, 'The address %s must be in valid IP address or CIDR notation.'],
  INVALID_ORG_NAME: [400, 'An invalid org name "%s" was specified.'],
  ORG_NOT_EMPTY: [409, 'Organization cannot be deleted because it still contains active groups.'],
  NO_PAYMENT_INFORMATION_FOUND: [402, 'No payment information was found for organization %s.'],
  CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK: [
    409,
    'Cannot delete organization link while there is active migration in following project ids: %s',
  ],
  EXTERNAL_ORG_LINK_NOT_FOUND: [404, 'Could not find the requested external organization link.'],
  USER_NOT_FOUND: [404, 'No user with ID %s exists.'],
  API_KEY_NOT_FOUND: [404, 'No API key with ID %s exists.'],
  SERVICE_ACCOUNT_NOT_FOUND: [404, 'No service account with client ID %s exists.'],
  SERVICE_ACCOUNT_SECRET_NOT_FOUND: [404, 'No service account secret with ID %s exists.'],
  INVALID_GROUP_NAME: [400, 'An invalid group name "%s" was specified.'],
  GROUP_ALREADY_EXISTS: [409, 'A group with name "%s" already exists.'],
  GROUP_NAME_NOT_FOUND: [404, 'No group with name "%s" exists.'],
  GROUP_MISMATCH: [400, 'The specified group ID %s does not match the URL.'],
  CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS: [
    409,
    'Cannot close group while it has active clusters; please terminate all clusters.',
  ],
  CLUSTER_NOT_FOUND: [404, 'No cluster named %s exists in group %s.'],
  CLUSTER_NAME_INVALID: [400, 'The cluster name %s is invalid.'],
  DUPLICATE_CLUSTER_NAME: [400, 'A cluster named %s is already present in group %s.'],
  CLUSTER_ALREADY_REQUESTED_DELETION: [400, 'The cluster %s has already been requested for deletion.'],
  CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED: [
    400,
    'Cannot terminate a cluster when termination protection is enabled. Disable termination protection and try again.',
  ],
  CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT: [409, 'Cannot modify a cluster with a running live import.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof errorCodes;

/** Our own name for a row whose public `errorCode` is another one (Atlas gives several refusals UNEXPECTED_ERROR). */
export const publicCode = (code: ErrorCode): string =>
  code === 'NOT_AUTHENTICATED' || code === 'EXTERNAL_ORG_LINK_NOT_FOUND' ? 'UNEXPECTED_ERROR' : code;
