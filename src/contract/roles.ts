/** Roles as Atlas names them, and what each of them implies. */
export const orgRoles = [
  'ORG_OWNER',
  'ORG_GROUP_CREATOR',
  'ORG_BILLING_ADMIN',
  'ORG_BILLING_READ_ONLY',
  'ORG_READ_ONLY',
  'ORG_MEMBER',
] as const;
export const groupRoles = [
  'GROUP_OWNER',
  'GROUP_CLUSTER_MANAGER',
  'GROUP_DATABASE_ACCESS_ADMIN',
  'GROUP_DATA_ACCESS_ADMIN',
  'GROUP_DATA_ACCESS_READ_WRITE',
  'GROUP_DATA_ACCESS_READ_ONLY',
  'GROUP_SUPPORT_ACCESS_MANAGER',
  'GROUP_READ_ONLY',
] as const;

export type OrgRole = (typeof orgRoles)[number];
export type GroupRole = (typeof groupRoles)[number];
export type Role = OrgRole | GroupRole;

/** The organization roles that holding `role` amounts to. */
export function impliedOrgRoles(role: OrgRole): readonly OrgRole[] {
  if (role === 'ORG_OWNER') return orgRoles;
  if (role === 'ORG_GROUP_CREATOR' || role === 'ORG_READ_ONLY') return [role, 'ORG_MEMBER'];
  if (role === 'ORG_BILLING_ADMIN') return [role, 'ORG_BILLING_READ_ONLY', 'ORG_MEMBER'];
  return [role, 'ORG_MEMBER'];
}

/** The project roles that an organization role gives in every project of that organization. */
export function groupRolesOfOrgRole(role: OrgRole): readonly GroupRole[] {
  if (role === 'ORG_OWNER') return groupRoles;
  return role === 'ORG_READ_ONLY' ? ['GROUP_READ_ONLY'] : [];
}

export function impliedGroupRoles(role: GroupRole): readonly GroupRole[] {
  return role === 'GROUP_OWNER' ? groupRoles : [role, 'GROUP_READ_ONLY'];
}

/** A role in exactly one organization or project. */
export type Assignment =
  | { orgId: string; groupId?: undefined; roleName: OrgRole }
  | { groupId: string; orgId?: undefined; roleName: GroupRole };

/** The roles of an account by the place they hold in. */
export function rolesByPlace(assignments: readonly Assignment[]) {
  const orgRoles: Record<string, OrgRole[]> = {};
  const groupRoles: Record<string, GroupRole[]> = {};
  for (const it of assignments) {
    if (it.orgId !== undefined) {
      orgRoles[it.orgId] ??= [];
      orgRoles[it.orgId]!.push(it.roleName);
    } else {
      groupRoles[it.groupId] ??= [];
      groupRoles[it.groupId]!.push(it.roleName);
    }
  }
  return { orgRoles, groupRoles };
}
