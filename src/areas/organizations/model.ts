export interface OrgSettings {
  apiAccessListRequired: boolean;
  multiFactorAuthRequired: boolean;
  restrictEmployeeAccess: boolean;
  genAIFeaturesEnabled: boolean;
}

export interface Organization {
  _id: string;
  name: string;
  created: Date;
  settings: OrgSettings;
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
});

export const newOrganization = (_id: string, name: string, created: Date): Organization => ({
  _id,
  name,
  created,
  settings: newSettings(),
  billingUnsettled: false,
  held: 0,
});

/** Letters of any script, digits, space and a few signs, 1 to 64 of them; source: the published interface. */
export const isOrgName = (name: string): boolean => /^[\p{L}\p{N}\-_.(),:&@+' ]{1,64}$/u.test(name);
