// People, invitations and teams.
import { type Acts, keep, own } from './stage.ts';

const older = { accept: 'application/vnd.atlas.2023-01-01+json' };

export const people: Acts = {
  createOrgUser: [
    ['INVITED_TO_ORG'],
    keep(
      'pending',
      (it: { id: string }) => it.id,
      ({ api, org }) => api('POST', `${org}/users`, { username: 'A@example.com', roles: { orgRoles: ['ORG_MEMBER'] } }),
    ),
  ],
  updateOrgUser: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org, kept }) =>
      api('PATCH', `${org}/users/${kept.pending}`, { roles: { orgRoles: ['ORG_READ_ONLY'] }, teamIds: [] }),
  ],
  addOrgUserRole: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org, kept }) => api('POST', `${org}/users/${kept.pending}:addRole`, { orgRole: 'ORG_MEMBER' }),
  ],
  removeOrgUserRole: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org, kept }) => api('POST', `${org}/users/${kept.pending}:removeRole`, { orgRole: 'ORG_MEMBER' }),
  ],
  updateOrgUserRoles: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org, kept }) => api('PUT', `${org}/users/${kept.pending}/roles`, { orgRoles: ['ORG_MEMBER'] }),
  ],
  removeOrgUser: [['ORG_INVITATION_DELETED'], ({ api, org, kept }) => api('DELETE', `${org}/users/${kept.pending}`)],
  putOperatorUser: [
    ['JOINED_ORG'],
    keep(
      'user',
      (it: { id: string }) => it.id,
      ({ operator, owner }) =>
        operator('POST', `${own}/operator/users`, { username: 'b@example.com', orgId: owner.orgId }),
    ),
  ],
  createUser: [
    ['JOINED_ORG'],
    ({ api, owner }) =>
      api('POST', '/users', {
        ...{ username: 'c@example.com', firstName: 'C', lastName: 'C', country: 'US', password: 'long enough' },
        roles: [{ orgId: owner.orgId, roleName: 'ORG_MEMBER' }],
      }),
  ],
  addGroupUsers: [
    ['JOINED_GROUP'],
    ({ api, group }) => api('POST', `${group}/users`, { username: 'b@example.com', roles: ['GROUP_READ_ONLY'] }),
  ],
  addGroupUserRole: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, group, kept }) => api('POST', `${group}/users/${kept.user}:addRole`, { groupRole: 'GROUP_OWNER' }),
  ],
  removeGroupUserRole: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, group, kept }) => api('POST', `${group}/users/${kept.user}:removeRole`, { groupRole: 'GROUP_OWNER' }),
  ],
  updateGroupUserRoles: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, group, kept }) => api('PUT', `${group}/users/${kept.user}/roles`, { groupRoles: ['GROUP_OWNER'] }),
  ],
  removeGroupUser: [['REMOVED_FROM_GROUP'], ({ api, group, kept }) => api('DELETE', `${group}/users/${kept.user}`)],
  addGroupAccessUser: [
    ['INVITED_TO_GROUP'],
    ({ api, group }) => api('POST', `${group}/access`, { username: 'd@example.com', roles: ['GROUP_READ_ONLY'] }),
  ],
  createOrgInvite: [
    ['INVITED_TO_ORG'],
    keep(
      'invite',
      (it: { id: string }) => it.id,
      ({ api, org }) => api('POST', `${org}/invites`, { username: 'e@example.com', roles: ['ORG_MEMBER'] }),
    ),
  ],
  updateOrgInvites: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org }) => api('PATCH', `${org}/invites`, { username: 'e@example.com', roles: ['ORG_READ_ONLY'] }),
  ],
  updateOrgInviteById: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org, kept }) => api('PATCH', `${org}/invites/${kept.invite}`, { roles: ['ORG_MEMBER'] }),
  ],
  deleteOrgInvite: [['ORG_INVITATION_DELETED'], ({ api, org, kept }) => api('DELETE', `${org}/invites/${kept.invite}`)],
  createGroupInvite: [
    ['INVITED_TO_GROUP'],
    keep(
      'groupInvite',
      (it: { id: string }) => it.id,
      ({ api, group }) => api('POST', `${group}/invites`, { username: 'f@example.com', roles: ['GROUP_OWNER'] }),
    ),
  ],
  updateGroupInvites: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, group }) => api('PATCH', `${group}/invites`, { username: 'f@example.com', roles: ['GROUP_READ_ONLY'] }),
  ],
  updateGroupInviteById: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, group, kept }) => api('PATCH', `${group}/invites/${kept.groupInvite}`, { roles: ['GROUP_OWNER'] }),
  ],
  deleteGroupInvite: [
    ['GROUP_INVITATION_DELETED'],
    ({ api, group, kept }) => api('DELETE', `${group}/invites/${kept.groupInvite}`),
  ],
  createOrgTeam: [
    ['TEAM_CREATED', 'JOINED_TEAM'],
    keep(
      'team',
      (it: { id: string }) => it.id,
      ({ api, org, owner }) => api('POST', `${org}/teams`, { name: 't', usernames: [owner.username] }),
    ),
  ],
  renameOrgTeam: [
    ['TEAM_NAME_CHANGED'],
    ({ api, org, kept }) => api('PATCH', `${org}/teams/${kept.team}`, { name: 'u' }),
  ],
  addOrgTeamUser: [
    ['JOINED_TEAM'],
    ({ api, org, kept }) => api('POST', `${org}/teams/${kept.team}:addUser`, { id: kept.user }),
  ],
  removeOrgTeamUser: [
    ['REMOVED_FROM_TEAM'],
    ({ api, org, kept }) => api('POST', `${org}/teams/${kept.team}:removeUser`, { id: kept.user }),
  ],
  addOrgTeamUsers: [
    ['JOINED_TEAM'],
    ({ api, org, kept }) => api('POST', `${org}/teams/${kept.team}/users`, [{ id: kept.user }], older),
  ],
  removeOrgTeamUserFromTeam: [
    ['REMOVED_FROM_TEAM'],
    ({ api, org, kept }) => api('DELETE', `${org}/teams/${kept.team}/users/${kept.user}`, undefined, older),
  ],
  addGroupTeams: [
    ['TEAM_ADDED_TO_GROUP'],
    ({ api, group, kept }) => api('POST', `${group}/teams`, [{ teamId: kept.team, roleNames: ['GROUP_READ_ONLY'] }]),
  ],
  updateGroupTeam: [
    ['TEAM_ROLES_MODIFIED'],
    ({ api, group, kept }) => api('PATCH', `${group}/teams/${kept.team}`, { roleNames: ['GROUP_OWNER'] }),
  ],
  removeGroupTeam: [
    ['TEAM_REMOVED_FROM_GROUP'],
    ({ api, group, kept }) => api('DELETE', `${group}/teams/${kept.team}`),
  ],
  deleteOrgTeam: [['TEAM_DELETED'], ({ api, org, kept }) => api('DELETE', `${org}/teams/${kept.team}`)],
  deleteOperatorUser: [
    ['REMOVED_FROM_ORG'],
    ({ operator }) => operator('DELETE', `${own}/operator/users/b@example.com`),
  ],
};
