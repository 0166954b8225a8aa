import { blocksAround } from '../base/addresses.ts';
import { isId } from '../base/ids.ts';
import {
  type GroupRole,
  groupRolesOfOrgRole,
  impliedGroupRoles,
  impliedOrgRoles,
  type Role,
} from '../contract/roles.ts';
import { fail } from './failure.ts';
import type { Caller, Directory, GroupPlace, Mounted, OrgPlace } from './operation.ts';

/** All roles a caller holds in an organization, and with `groupId` in one of its projects. */
export function rolesOf(caller: Caller, orgId: string, groupId?: string): Set<Role> {
  const held = new Set<Role>();
  for (const role of caller.orgRoles[orgId] ?? []) {
    for (const it of impliedOrgRoles(role)) held.add(it);
    if (groupId) for (const it of groupRolesOfOrgRole(role)) held.add(it);
  }
  const direct: readonly GroupRole[] = (groupId && caller.groupRoles[groupId]) || [];
  for (const role of direct) for (const it of impliedGroupRoles(role)) held.add(it);
  return held;
}

/** The kinds of callers that hold roles in organizations and projects. */
const MEMBERS: ReadonlySet<Caller['kind']> = new Set(['apiKey', 'serviceAccount', 'user']);

export interface Place {
  org?: OrgPlace;
  group?: GroupPlace;
}

/** Loads where the operation happens and holds the caller against it: address, existence, membership, role. */
export async function authorize(
  operation: Mounted,
  caller: Caller,
  path: Readonly<Record<string, string>>,
  address: string,
  directory: Directory,
): Promise<Place> {
  if (caller.accessList.length) {
    const around = blocksAround(address, caller.accessList);
    if (!around.length) throw fail('IP_ADDRESS_NOT_ON_ACCESS_LIST', address);
    directory.noteUse(caller, around, address);
  }
  if (operation.inside === 'link' || operation.inside === 'staff' || operation.inside === 'operator') {
    if (caller.kind !== operation.inside) throw fail('USER_UNAUTHORIZED');
    return {};
  }
  if (!MEMBERS.has(caller.kind)) throw fail('USER_UNAUTHORIZED');
  if (operation.inside === 'anywhere') return {};
  const place = operation.inside === 'org' ? await findOrg(path, directory) : await findGroup(path, directory);
  const { org, group } = place;
  // The list is about programmatic callers; people sign in from wherever they are.
  if (org.apiAccessListRequired && caller.kind !== 'user' && !caller.accessList.length)
    throw fail('ORG_REQUIRES_ACCESS_LIST');
  const held = rolesOf(caller, org.id, group?.id);
  if (operation.roles.some((role) => held.has(role))) return place;
  // Strangers are told so before anything about roles.
  if (group && ![...held].some((role) => role.startsWith('GROUP_'))) throw fail('NOT_IN_GROUP');
  if (!held.size) throw fail('USER_CANNOT_ACCESS_ORG');
  if (operation.roles.length) throw fail('USER_UNAUTHORIZED');
  return place;
}

async function findOrg(path: Readonly<Record<string, string>>, directory: Directory) {
  const id = path.orgId ?? '';
  if (!isId(id)) throw fail('INVALID_ORG_ID', id);
  const org = await directory.org(id);
  if (!org) throw fail('ORG_NOT_FOUND', id);
  return { org, group: undefined };
}

async function findGroup(path: Readonly<Record<string, string>>, directory: Directory) {
  const id = path.groupId ?? '';
  if (!isId(id)) throw fail('INVALID_GROUP_ID', id);
  const group = await directory.group(id);
  const org = group && (await directory.org(group.orgId));
  if (!group || !org) throw fail('GROUP_NOT_FOUND', id);
  return { org, group };
}
