import { isBuiltInRole, mongodRoles } from '../../contract/database-roles.ts';
import { mongodAction } from './actions.ts';

export interface Resource {
  /** The deployment as a whole; then there is neither `db` nor `collection`. */
  cluster?: true;
  db?: string;
  /** Absent for every collection of the database. */
  collection?: string;
}

export interface RoleAction {
  action: string;
  resources: Resource[];
}

export interface InheritedRole {
  role: string;
  db: string;
}

/** A role that a project has made for its database users. */
export interface CustomRole {
  /** `<groupId>/<roleName>`. */
  _id: string;
  groupId: string;
  roleName: string;
  actions: RoleAction[];
  inheritedRoles: InheritedRole[];
  created: Date;
}

export const roleId = (groupId: string, roleName: string): string => `${groupId}/${roleName}`;

/** As Atlas allows; names of its own roles, of mongod's, and those this server makes itself, are taken. */
export const isRoleName = (name: string): boolean =>
  /^[A-Za-z0-9_-]{1,128}$/.test(name) && !/^(xgen-|telamon)/i.test(name) && !isBuiltInRole(name);

export const isEmpty = ({ actions, inheritedRoles }: Pick<CustomRole, 'actions' | 'inheritedRoles'>): boolean =>
  !actions.some((it) => it.resources.length) && !inheritedRoles.length;

/** Whether `role` would come to inherit from itself. */
export function isCircular(role: CustomRole, others: readonly CustomRole[]): boolean {
  const byName = new Map(others.map((it) => [it.roleName, it]));
  byName.set(role.roleName, role);
  const seen = new Set<string>();
  const next = role.inheritedRoles.map((it) => it.role);
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (name === role.roleName) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    next.push(...(byName.get(name)?.inheritedRoles.map((it) => it.role) ?? []));
  }
  return false;
}

const resourceOf = ({ cluster, db = '', collection = '' }: Resource) =>
  cluster ? { cluster: true } : { db, collection };

/** The role as a mongod of this version has it; what that version does not know grants nothing there. */
export function mongodRole({ roleName, actions, inheritedRoles }: CustomRole, version: string) {
  const privileges = actions.flatMap(({ action, resources }) => {
    const name = mongodAction(action, version);
    return name ? resources.map((it) => ({ resource: resourceOf(it), actions: [name] })) : [];
  });
  return { role: roleName, privileges, roles: inheritedRoles.flatMap(({ role, db }) => mongodRoles(role, db)) };
}
