/** An organization's roles as Atlas names them, in its order. */
export const orgRoles = [
  'ORG_OWNER',
  'ORG_GROUP_CREATOR',
  'ORG_BILLING_ADMIN',
  'ORG_BILLING_READ_ONLY',
  'ORG_STREAM_PROCESSING_ADMIN',
  'ORG_READ_ONLY',
  'ORG_MEMBER',
] as const;
/** A project's roles; source: Atlas's page of user roles. */
export const groupRoles = [
  'GROUP_OWNER',
  'GROUP_ACCESS_MANAGER',
  'GROUP_ALERTS_MANAGER',
  'GROUP_BACKUP_CREATOR',
  'GROUP_BACKUP_EXPORT_OPERATOR',
  'GROUP_BACKUP_MANAGER',
  'GROUP_BACKUP_RECOVERY_OPERATOR',
  'GROUP_CLUSTER_CREATOR',
  'GROUP_CLUSTER_LOG_VIEWER',
  'GROUP_CLUSTER_MANAGER',
  'GROUP_CLUSTER_RESILIENCE_TESTER',
  'GROUP_DATABASE_ACCESS_ADMIN',
  'GROUP_DATA_ACCESS_ADMIN',
  'GROUP_DATA_ACCESS_READ_ONLY',
  'GROUP_DATA_ACCESS_READ_WRITE',
  'GROUP_INDEX_MANAGER',
  'GROUP_MODEL_OWNER',
  'GROUP_NETWORK_ACCESS_MANAGER',
  'GROUP_OBSERVABILITY_VIEWER',
  'GROUP_READ_ONLY',
  'GROUP_REAL_TIME_PERFORMANCE_OPERATOR',
  'GROUP_REPLICA_SET_MANAGER',
  'GROUP_SEARCH_INDEX_EDITOR',
  'GROUP_STREAM_PROCESSING_MANAGER',
  'GROUP_STREAM_PROCESSING_OWNER',
  'GROUP_SUPPORT_ACCESS_MANAGER',
  'GROUP_TRIGGER_MANAGER',
] as const;

export type OrgRole = (typeof orgRoles)[number];
export type GroupRole = (typeof groupRoles)[number];
export type Role = OrgRole | GroupRole;

/** What Atlas calls a role in prose, where that is not the constant with `Organization` or `Project` before it. */
const titles: Partial<Record<Role, string>> = {
  ORG_GROUP_CREATOR: 'Organization Project Creator',
  ORG_BILLING_READ_ONLY: 'Organization Billing Viewer',
};

/** `GROUP_READ_ONLY` is `Project Read Only`: the name under which the published interface asks for it. */
export const roleTitle = (role: Role): string =>
  titles[role] ??
  role
    .replace(/^ORG_/, 'ORGANIZATION_')
    .replace(/^GROUP_/, 'PROJECT_')
    .split('_')
    .map((word) => word[0] + word.slice(1).toLowerCase())
    .join(' ');

/** What a role holds besides itself; a project role of an organization role holds in every project. */
const holds: Partial<Record<Role, readonly Role[]>> = {
  ORG_OWNER: [...orgRoles, ...groupRoles],
  ORG_BILLING_ADMIN: ['ORG_BILLING_READ_ONLY'],
  ORG_STREAM_PROCESSING_ADMIN: ['ORG_READ_ONLY', 'GROUP_STREAM_PROCESSING_OWNER'],
  ORG_READ_ONLY: ['GROUP_READ_ONLY'],
  GROUP_OWNER: groupRoles,
  GROUP_BACKUP_MANAGER: ['GROUP_BACKUP_CREATOR', 'GROUP_BACKUP_EXPORT_OPERATOR', 'GROUP_BACKUP_RECOVERY_OPERATOR'],
  GROUP_DATA_ACCESS_ADMIN: ['GROUP_DATA_ACCESS_READ_WRITE', 'GROUP_SEARCH_INDEX_EDITOR'],
  GROUP_DATA_ACCESS_READ_WRITE: ['GROUP_DATA_ACCESS_READ_ONLY'],
  GROUP_STREAM_PROCESSING_OWNER: ['GROUP_STREAM_PROCESSING_MANAGER'],
};

const isOrgRole = (role: Role): role is OrgRole => role.startsWith('ORG_');
const isGroupRole = (role: Role): role is GroupRole => role.startsWith('GROUP_');

/** `role` and all that follows from it, ever further; every role at least reads its own place. */
function closure(role: Role, into = new Set<Role>()): Set<Role> {
  if (into.has(role)) return into;
  into.add(role);
  for (const it of [...(holds[role] ?? []), isOrgRole(role) ? 'ORG_MEMBER' : 'GROUP_READ_ONLY'] as Role[])
    closure(it, into);
  return into;
}
const amounts = new Map(
  [...orgRoles, ...groupRoles].map((role): [Role, { org: OrgRole[]; group: GroupRole[] }] => {
    const all = [...closure(role)];
    return [role, { org: all.filter(isOrgRole), group: all.filter(isGroupRole) }];
  }),
);

/** The organization roles that holding `role` amounts to. */
export const impliedOrgRoles = (role: OrgRole): readonly OrgRole[] => amounts.get(role)!.org;

/** The project roles that an organization role gives in every project of that organization. */
export const groupRolesOfOrgRole = (role: OrgRole): readonly GroupRole[] => amounts.get(role)!.group;

export const impliedGroupRoles = (role: GroupRole): readonly GroupRole[] => amounts.get(role)!.group;

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
