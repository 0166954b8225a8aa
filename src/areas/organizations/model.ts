import { isDeepStrictEqual } from 'node:util';
import type { EventType } from '../../contract/event-types.ts';

export interface OrgSettings {
  apiAccessListRequired: boolean;
  multiFactorAuthRequired: boolean;
  restrictEmployeeAccess: boolean;
  genAIFeaturesEnabled: boolean;
  streamsCrossGroupEnabled: boolean;
  /** The longest life of a service account's secret; absent means what Atlas allows everybody. */
  maxServiceAccountSecretValidityInHours?: number;
  securityContact?: string;
  operationsContact?: string;
  customSessionTimeouts?: {
    absoluteSessionTimeoutInSeconds?: number | null;
    idleSessionTimeoutInSeconds?: number | null;
  };
}

/** How long people stay signed in; source: the published interface. */
export const SESSION_SECONDS = {
  absolute: { minimum: 3_600, maximum: 43_200 },
  idle: { minimum: 300, maximum: 43_200 },
} as const;

export interface Organization {
  _id: string;
  name: string;
  created: Date;
  settings: OrgSettings;
  /** Whether projects begin without Atlas's default alerts. */
  skipDefaultAlertsSettings?: boolean;
  /** Set by the operator; such an organization cannot be deleted (402). */
  billingUnsettled: boolean;
  /** Raised by everything created inside, so that a creation and the deletion of the organization exclude each other. */
  held: number;
}

export const newSettings = (): OrgSettings => ({
  apiAccessListRequired: false,
  multiFactorAuthRequired: false,
  restrictEmployeeAccess: false,
  genAIFeaturesEnabled: true,
  streamsCrossGroupEnabled: false,
});

export type NewOrganization = Pick<Organization, 'name' | 'skipDefaultAlertsSettings'>;

export const newOrganization = (_id: string, about: NewOrganization, created: Date): Organization => ({
  _id,
  ...about,
  created,
  settings: newSettings(),
  billingUnsettled: false,
  held: 0,
});

/** Letters of any script, digits, space and a few signs, 1 to 64 of them; source: the published interface. */
export const isOrgName = (name: string): boolean => /^[\p{L}\p{N}\-_.(),:&@+' ]{1,64}$/u.test(name);

const toggled: Partial<Record<keyof OrgSettings, readonly [on: EventType, off: EventType]>> = {
  apiAccessListRequired: ['ORG_PUBLIC_API_ACCESS_LIST_REQUIRED', 'ORG_PUBLIC_API_ACCESS_LIST_NOT_REQUIRED'],
  multiFactorAuthRequired: ['ORG_TWO_FACTOR_AUTH_REQUIRED', 'ORG_TWO_FACTOR_AUTH_OPTIONAL'],
  restrictEmployeeAccess: ['ORG_EMPLOYEE_ACCESS_RESTRICTED', 'ORG_EMPLOYEE_ACCESS_UNRESTRICTED'],
};

const edited: Partial<Record<keyof OrgSettings, EventType>> = {
  maxServiceAccountSecretValidityInHours: 'ORG_SERVICE_ACCOUNT_MAX_SECRET_VALIDITY_EDITED',
  securityContact: 'SECURITY_CONTACT_MODIFIED',
  operationsContact: 'OPERATIONS_CONTACT_MODIFIED',
  customSessionTimeouts: 'CUSTOM_SESSION_TIMEOUT_MODIFIED',
};

/** What a change of settings tells of; some settings have no event of their own. */
export function settingEvents(before: OrgSettings, after: OrgSettings): EventType[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof OrgSettings)[];
  return names
    .filter((it) => !isDeepStrictEqual(before[it], after[it]))
    .flatMap((it) => toggled[it]?.[after[it] ? 0 : 1] ?? edited[it] ?? []);
}
